import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.importing.brew import Origin, batch_with, origin_of
from krausen.model.batch import Batch, BatchState
from krausen.model.series import SeriesName, is_name

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
ORIGIN = Origin("import", "pale-ale", "Pale Ale")


@pytest.mark.parametrize(
    ("file", "node", "title"),
    [
        ("brewpi_2014-02-03_2d.csv", "brewpi_2014-02-03_2d", "brewpi_2014-02-03_2d"),
        ("Pale Ale No. 7.csv", "pale-ale-no-7", "Pale Ale No. 7"),
        ("/home/pi/logs/Pale Ale.csv", "pale-ale", "Pale Ale"),
        (r"C:\logs\Pale Ale.csv", "pale-ale", "Pale Ale"),
        ("Kölsch & Weißbier.csv", "kolsch-weissbier", "Kölsch & Weißbier"),
        ("noending", "noending", "noending"),
        (".csv", "csv", ".csv"),
        ("__brew__.csv", "brew", "__brew__"),
    ],
)
def test_a_brew_is_named_after_its_file(file: str, node: str, title: str) -> None:
    assert origin_of(file) == Origin("import", node, title)


def test_names_in_other_scripts_stay_apart() -> None:
    nodes = {origin_of(file).node for file in ("пиво 1.csv", "вода 1.csv", "1.csv", "ビール.csv", "!!!.csv")}
    assert len(nodes) == 5


def test_long_names_stay_apart() -> None:
    assert origin_of("a" * 100 + "b.csv").node != origin_of("a" * 100 + "c.csv").node


@given(file=st.text(st.characters(codec=None), max_size=200))
def test_any_file_name_gives_proper_names(file: str) -> None:
    origin = origin_of(file)
    batch = batch_with(None, origin, ["beer"], start=1, end=2)
    assert ID.fullmatch(origin.node)
    assert ID.fullmatch(batch.id)
    assert is_name(origin.title)
    assert is_name(batch.name)
    assert origin == origin_of(file)


def test_a_first_import_makes_a_finished_batch() -> None:
    batch = batch_with(None, ORIGIN, ["beer", "room", "setpoint_beer"], start=1000, end=5000)
    assert batch == Batch(
        id=batch.id,
        name="Pale Ale",
        state=BatchState.FINISHED,
        started_at=1000,
        finished_at=5000,
        roles={
            "beer": SeriesName("import", "pale-ale", "beer"),
            "ambient": SeriesName("import", "pale-ale", "room"),
            "setpoint_beer": SeriesName("import", "pale-ale", "setpoint_beer"),
        },
        source="import:import/pale-ale",
    )
    assert batch.id.startswith("pale-ale-")


def test_brews_of_other_names_have_other_ids() -> None:
    other = Origin("import", "pale-ale-2", "Pale Ale 2")
    ids = {batch_with(None, origin, [], start=1, end=2).id for origin in (ORIGIN, other)}
    assert len(ids) == 2


def test_an_import_extends_the_batch_and_leaves_what_people_changed() -> None:
    batch = batch_with(None, ORIGIN, ["beer"], start=1000, end=5000)
    probe = SeriesName("pi", "28-0", "temperature")
    renamed = replace(batch, name="The good one", roles={"beer": probe}, vessel="v1", revision=4)
    extended = batch_with(renamed, ORIGIN, ["beer", "state"], start=4000, end=9000)
    assert extended == replace(
        renamed,
        finished_at=9000,
        roles={"beer": probe, "state": ORIGIN.series("state")},
        revision=5,
    )


def test_a_batch_in_the_bin_comes_back_when_it_is_imported_again() -> None:
    batch = batch_with(None, ORIGIN, ["beer"], start=1000, end=5000)
    binned = replace(batch, deleted_at=9000, revision=2)
    assert batch_with(binned, ORIGIN, ["beer"], start=1000, end=5000) == replace(batch, revision=3)


def test_an_earlier_part_moves_the_start() -> None:
    batch = batch_with(None, ORIGIN, ["beer"], start=1000, end=5000)
    assert batch_with(batch, ORIGIN, ["beer"], start=500, end=600).started_at == 500


def test_a_batch_that_holds_it_all_stays_as_it_is() -> None:
    batch = batch_with(None, ORIGIN, ["beer", "room"], start=1000, end=5000)
    assert batch_with(batch, ORIGIN, ["room"], start=1000, end=5000) is batch


def test_the_temperature_of_a_hydrometer_is_that_of_the_beer() -> None:
    roles = batch_with(None, ORIGIN, ["temperature", "gravity"], start=1, end=2).roles
    assert roles == {"beer": ORIGIN.series("temperature"), "gravity": ORIGIN.series("gravity")}
    both = batch_with(None, ORIGIN, ["temperature", "beer"], start=1, end=2).roles
    assert both == {"beer": ORIGIN.series("beer")}
