"""Who changed what, when and why."""

from msgspec import Struct


class JournalEntry(Struct, frozen=True, kw_only=True):
    """One change: of which kind of thing, which one, what was done to it, by whom, why. `at` in UTC ms."""

    at: int
    by: str
    what: str
    id: str
    action: str
    reason: str = ""
    detail: str = ""


class Which(Struct, frozen=True, kw_only=True):
    """Which entries are asked for: by one of these, of this kind and thing, with start <= at < end.

    What is empty or None leaves it open.
    """

    by: tuple[str, ...] = ()
    what: str = ""
    id: str = ""
    start: int | None = None
    end: int | None = None

    def takes(self, entry: JournalEntry) -> bool:
        """Tell whether an entry is asked for."""
        return (
            (not self.by or entry.by in self.by)
            and self.what in ("", entry.what)
            and self.id in ("", entry.id)
            and (self.start is None or self.start <= entry.at)
            and (self.end is None or entry.at < self.end)
        )


EVERY = Which()
