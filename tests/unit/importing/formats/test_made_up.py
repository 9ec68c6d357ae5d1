"""Every format on the small file that was made up for it: recognised, cut, imported twice, damaged."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krausen.importing.format import Complaint, Row
from krausen.importing.gathered import gathered
from krausen.importing.plan import Fresh, judge, plan
from krausen.importing.recognition import format_of
from tests.unit.importing.reading import (
    FORMATS,
    RECORDINGS,
    compared,
    imported,
    lines_in,
    made_up,
    read,
    rows,
)

OURS = sorted(name for name in FORMATS if (RECORDINGS / name).is_dir())
every_format = pytest.mark.parametrize("name", OURS)


def test_every_format_has_a_file() -> None:
    assert set(FORMATS) - set(OURS) == {"brewpi_csv"}  # it has recorded ones


@every_format
def test_its_file_is_recognised_as_it_and_as_nothing_else(name: str) -> None:
    lines = lines_in(made_up(name).read_bytes())
    others = {n for n, form in FORMATS.items() if not form.general and form.recognises(lines)}
    assert others == ({name} if not FORMATS[name].general else set())
    assert format_of(lines, FORMATS, file="brew").name == name


@every_format
@settings(max_examples=25)
@given(source=st.data())
def test_any_cut_of_the_bytes_gives_the_same_rows(name: str, source: Any) -> None:
    raw = made_up(name).read_bytes()
    cuts = sorted(source.draw(st.sets(st.integers(0, len(raw)), max_size=6)))
    pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    assert imported(lines_in(*pieces))[1] == imported(lines_in(raw))[1]


@every_format
def test_importing_twice_is_importing_once(name: str) -> None:
    form, entries = imported(lines_in(made_up(name).read_bytes()))
    judged = judge(gathered(entries), form.series)
    first = plan(judged, {metric: Fresh(values) for metric, values in judged.values.items()}, [])
    again = plan(
        judged,
        {metric: compared(values, first.fresh[metric]) for metric, values in judged.values.items()},
        first.events,
    )
    assert first.stored > 0
    assert (again.count, again.events, again.stored) == (0, (), 0)
    assert again.repeated == len(rows(entries))


@every_format
@settings(max_examples=25)
@given(source=st.data())
def test_a_file_that_breaks_off_yields_nothing_wrong(name: str, source: Any) -> None:
    raw = made_up(name).read_bytes()
    form, whole = imported(lines_in(raw))
    length = source.draw(st.integers(raw.index(b"\n") if b"\n" in raw else 30, len(raw)))
    before = read(form, lines_in(raw[:length]))[:-1]
    assert all(entry in whole or _in_marks(entry, whole) for entry in before)


def _in_marks(entry: Row | Complaint, whole: list[Row | Complaint]) -> bool:
    """Tell whether a row is there but for its marks, and a complaint at all."""
    if isinstance(entry, Complaint):
        return True
    return (entry.line, entry.t, entry.values) in [(row.line, row.t, row.values) for row in rows(whole)]


@every_format
@settings(max_examples=25)
@given(source=st.data())
def test_damaged_bytes_are_read_or_complained_of(name: str, source: Any) -> None:
    raw = bytearray(made_up(name).read_bytes())
    for _ in range(3):
        raw[source.draw(st.integers(0, len(raw) - 1))] = source.draw(st.sampled_from(b'\0\xff;,x\n\r9"'))
    form, _ = imported(lines_in(made_up(name).read_bytes()))
    metrics = {spec.metric for spec in form.series}
    for entry in read(form, lines_in(bytes(raw))):
        assert isinstance(entry, Row | Complaint)
        assert not isinstance(entry, Row) or set(entry.values) <= metrics
