"""Why vessels were heated or cooled, in everything that claims to be a catalog."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.model.level import Levels
from krausen.model.reason import Occasion, Reason
from krausen.ports.catalog import Catalog
from krausen.storage.catalog import SqlCatalog
from krausen.testing.catalog import MemoryCatalog
from tests.ports.arranged import FIRST, FREEZER, entry

pytestmark = pytest.mark.anyio

ID = FREEZER.id


def reason(at: int, occasion: Occasion = Occasion.CHANGE) -> Reason:
    return Reason(at, 0.0, 0.75, ("It is 1.5 °C too warm.", "So it cools."), Levels(None, True), occasion)


async def test_what_is_kept_comes_back_whole(vessels: Catalog) -> None:
    whole = reason(1000)
    assert await vessels.keep_reasons(ID, [whole]) == 1
    assert await vessels.reason_at(ID, 1000) == whole
    unknown = replace(whole, at=2000, levels=Levels(), texts=(), occasion=Occasion.END)
    await vessels.keep_reasons(ID, [unknown])
    assert await vessels.reason_at(ID, 2000) == unknown


async def test_the_same_again_is_harmless_and_the_first_stays(vessels: Catalog) -> None:
    await vessels.keep_reasons(ID, [reason(1000), reason(2000)])
    other = replace(reason(2000), texts=("Something else.",))
    assert await vessels.keep_reasons(ID, [reason(1000), other, reason(3000)]) == 1
    assert await vessels.reason_at(ID, 2500) == reason(2000)
    assert await vessels.keep_reasons(ID, [reason(4000), replace(reason(4000), heat=1.0)]) == 1
    assert await vessels.reason_at(ID, 4000) == reason(4000)


async def test_every_vessel_has_its_own(vessels: Catalog) -> None:
    await vessels.add_vessel(replace(FREEZER, id="other"), FIRST, entry())
    await vessels.keep_reasons(ID, [reason(1000)])
    assert await vessels.reason_at("other", 5000) is None
    assert await vessels.reasons("other", 0, 9000, 10) == []
    assert await vessels.reason_after("other", 0) is None


async def test_neighbours_are_found_with_and_without_mere_numbers(vessels: Catalog) -> None:
    kinds = [Occasion.BEGIN, Occasion.UPDATE, Occasion.CHANGE, Occasion.UPDATE, Occasion.END]
    noted = [reason(1000 * n, kind) for n, kind in enumerate(kinds, 1)]
    await vessels.keep_reasons(ID, noted)
    assert await vessels.reason_after(ID, 1000) == noted[1]
    assert await vessels.reason_after(ID, 1000, changes=True) == noted[2]
    assert await vessels.reason_after(ID, 5000) is None
    assert await vessels.change_before(ID, 3000) == noted[0]
    assert await vessels.change_before(ID, 1000) is None


async def test_a_list_has_the_newest_first_and_no_more_than_asked_for(vessels: Catalog) -> None:
    await vessels.keep_reasons(ID, [reason(n) for n in range(10)])
    assert [one.at for one in await vessels.reasons(ID, 2, 8, 3)] == [7, 6, 5]
    assert [one.at for one in await vessels.reasons(ID, 2, 4, 9)] == [3, 2]


async def test_what_is_old_and_what_is_too_much_is_forgotten(vessels: Catalog) -> None:
    await vessels.add_vessel(replace(FREEZER, id="other"), FIRST, entry())
    await vessels.keep_reasons(ID, [reason(n) for n in range(10)])
    await vessels.keep_reasons("other", [reason(n) for n in range(4)])
    assert await vessels.forget_reasons(2, most=5) == 5 + 2
    assert [one.at for one in await vessels.reasons(ID, 0, 100, 99)] == [9, 8, 7, 6, 5]
    assert [one.at for one in await vessels.reasons("other", 0, 100, 99)] == [3, 2]
    assert await vessels.forget_reasons(2, most=5) == 0


@settings(max_examples=30)
@given(
    times=st.lists(st.integers(0, 60), max_size=20),
    asked=st.integers(0, 70),
    cut=st.integers(1, 20),
)
def test_the_reason_at_a_time_is_the_newest_not_later_however_they_came(
    times: list[int], asked: int, cut: int
) -> None:
    async def found(catalog: Catalog) -> tuple[Reason | None, Reason | None]:
        await catalog.add_vessel(FREEZER, FIRST, entry())
        for start in range(0, len(times), cut):
            await catalog.keep_reasons(ID, [reason(at) for at in times[start : start + cut]])
        return await catalog.reason_at(ID, asked), await catalog.reason_after(ID, asked)

    before = [at for at in times if at <= asked]
    after = [at for at in times if at > asked]
    expected = (reason(max(before)) if before else None, reason(min(after)) if after else None)
    assert asyncio.run(found(MemoryCatalog())) == expected
    with TemporaryDirectory() as folder:
        opened = SqlCatalog.open(Path(folder) / "catalog.sqlite")
        try:
            assert asyncio.run(found(opened)) == expected
        finally:
            opened.close()
