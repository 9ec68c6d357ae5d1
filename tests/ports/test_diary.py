"""One suite for everything that claims to be a diary."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import OperatorNeeded, StorageAway
from krausen.model.level import Levels
from krausen.model.reason import Occasion, Reason
from krausen.ports.diary import Diary, Unsent
from krausen.storage.diary_sqlite import SqliteDiary
from krausen.testing.diary import MemoryDiary

pytestmark = pytest.mark.anyio

LIMIT = 20


@contextmanager
def memory(_: Path) -> Iterator[Diary]:
    yield MemoryDiary(LIMIT)


@contextmanager
def file(folder: Path) -> Iterator[SqliteDiary]:
    diary = SqliteDiary.open(folder / "diary.sqlite", LIMIT)
    try:
        yield diary
    finally:
        diary.close()


KINDS: dict[str, Callable[[Path], AbstractContextManager[Diary]]] = {"memory": memory, "file": file}


@pytest.fixture(params=KINDS)
def diary(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Diary]:
    with KINDS[request.param](tmp_path) as made:
        yield made


def reason(at: int) -> Reason:
    return Reason(
        at, 0.25, 0.0, ("It is 0.4 °C too cold.", "And so it heats."), Levels(True, None), Occasion.UPDATE
    )


async def test_an_empty_diary_has_nothing(diary: Diary) -> None:
    assert await diary.oldest(10) is None
    assert await diary.waiting() == 0


async def test_reasons_come_back_whole_and_in_order_those_of_one_vessel_at_a_time(diary: Diary) -> None:
    lines = [("fass", reason(1)), ("keg", reason(2)), ("fass", reason(3)), ("fass", reason(4))]
    assert await diary.keep(lines) == 0
    first = await diary.oldest(2)
    assert first is not None
    assert (first.vessel, first.reasons) == ("fass", (reason(1), reason(3)))
    assert await diary.oldest(2) == first
    await diary.forget("fass", first.through)
    second = await diary.oldest(2)
    assert second is not None
    assert (second.vessel, second.reasons) == ("keg", (reason(2),))
    await diary.forget("keg", second.through)
    assert await diary.waiting() == 1
    third = await diary.oldest(2)
    assert third is not None
    assert third.reasons == (reason(4),)


async def test_a_full_diary_gives_up_the_oldest_and_says_how_many(diary: Diary) -> None:
    assert await diary.keep([("fass", reason(n)) for n in range(LIMIT)]) == 0
    assert await diary.keep([("fass", reason(n)) for n in range(LIMIT, LIMIT + 3)]) == 3
    kept = await diary.oldest(LIMIT)
    assert kept is not None
    assert [one.at for one in kept.reasons] == list(range(3, LIMIT + 3))


async def test_only_times_that_nobody_was_given_are_moved(diary: Diary) -> None:
    await diary.keep([("fass", reason(1)), ("keg", reason(2))])
    given_once = await diary.oldest(10)
    await diary.keep([("fass", reason(3))])
    await diary.move(1000)
    assert given_once is not None
    await diary.forget("fass", given_once.through)
    moved = [await diary.oldest(10)]
    assert isinstance(moved[0], Unsent)
    await diary.forget("keg", moved[0].through)
    moved.append(await diary.oldest(10))
    assert [one.reasons[0].at for one in moved if one is not None] == [1002, 1003]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(steps=st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=LIMIT))
async def test_all_that_was_kept_is_given_once_in_order_whenever_it_is_asked_for(
    kind: str, steps: list[tuple[str, bool]]
) -> None:
    given: dict[str, list[int]] = {"a": [], "b": []}

    async def take(diary: Diary) -> bool:
        unsent = await diary.oldest(3)
        if unsent is None:
            return False
        given[unsent.vessel] += [one.at for one in unsent.reasons]
        await diary.forget(unsent.vessel, unsent.through)
        return True

    with TemporaryDirectory() as folder, KINDS[kind](Path(folder)) as diary:
        for at, (vessel, takes) in enumerate(steps):
            await diary.keep([(vessel, reason(at))])
            if takes:
                await take(diary)
        while await take(diary):
            pass
    expected = {v: [at for at, (vessel, _) in enumerate(steps) if vessel == v] for v in "ab"}
    assert given == expected


async def test_the_fake_refuses_when_told_to() -> None:
    diary = MemoryDiary()
    diary.away = "The disk is full."
    for call in (diary.keep([]), diary.oldest(1), diary.forget("a", 1), diary.move(1), diary.waiting()):
        with pytest.raises(StorageAway, match="full"):
            await call


# ——— in a file ———


async def test_what_was_kept_is_there_after_a_restart_and_its_times_stay(tmp_path: Path) -> None:
    with file(tmp_path) as diary:
        await diary.keep([("fass", reason(1))])
    with file(tmp_path) as diary:
        await diary.keep([("fass", reason(2))])
        await diary.move(500)
        kept = await diary.oldest(10)
    assert kept is not None
    assert kept.reasons == (reason(1), replace(reason(2), at=502))


async def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    with file(tmp_path) as diary:
        await diary.keep([("fass", reason(1))])
        await diary.forget("fass", 1)
    with file(tmp_path) as diary:
        await diary.keep([("fass", reason(2))])
        kept = await diary.oldest(10)
    assert kept is not None
    assert kept.through == 2


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "diary.sqlite").write_bytes(b"This is no database at all, whatever it is called." * 9)
    with pytest.raises(OperatorNeeded, match=r"diary\.sqlite"), file(tmp_path):
        pass
