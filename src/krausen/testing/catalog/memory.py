"""What all parts of the catalog in memory share."""

from collections.abc import Mapping
from typing import TypeVar

from anyio.lowlevel import checkpoint

from krausen.errors import NotFound, Stale, StorageAway
from krausen.model.journal import JournalEntry
from krausen.model.people import User
from krausen.ports.catalog import Adapter, Dates, Kind

T = TypeVar("T")


class Memory:
    """The journal, the settings, and the dates of things."""

    def __init__(self) -> None:
        self.away = ""
        self._journal: list[JournalEntry] = []
        self._settings: dict[str, tuple[bytes, int]] = {}
        self._dates: dict[Kind, dict[str, Dates]] = {kind: {} for kind in Kind}

    async def _turn(self) -> None:
        await checkpoint()
        if self.away:
            raise StorageAway(self.away)

    def _date(self, kind: Kind, id: str, at: int) -> None:
        there = self._dates[kind].get(id)
        self._dates[kind][id] = Dates(at if there is None else there.created_at, at)


def found_in(things: dict[str, T], id: str, kind: str) -> T:
    """Give a thing. Raises NotFound."""
    try:
        return things[id]
    except KeyError:
        raise NotFound(f"There is no {kind} {id}.") from None


def revision_of(things: Mapping[str, User] | Mapping[str, Adapter], id: str) -> int:
    """Give the revision of a thing, 0 when it is not there."""
    return things[id].revision if id in things else 0


def check_seen(what: str, revision: int, seen: int | None) -> None:
    """Raise Stale unless `seen` is None or the present revision."""
    if seen is not None and seen != revision:
        told = f"at revision {revision}, not {seen}" if revision else "not there any more"
        raise Stale(f"{what} is {told}: look again before you change it.")
