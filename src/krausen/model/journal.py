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
