"""The two traces that a change leaves: a line in the journal, and a word to whoever listens."""

from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.ports.clock import Clock
from krausen.server.changes import Change
from krausen.server.live import Live


class Notes:
    """Makes both for things of one kind."""

    def __init__(self, what: str, live: Live, clock: Clock) -> None:
        self._what = what
        self._live = live
        self._clock = clock

    def entry(self, id: str, action: str, caller: Caller, reason: str = "", detail: str = "") -> JournalEntry:
        """Give the line of the journal."""
        return JournalEntry(
            at=self._clock.now(),
            by=caller.name,
            what=self._what,
            id=id,
            action=action,
            reason=reason,
            detail=detail,
        )

    def say(self, id: str, action: str, revision: int, by: str) -> None:
        """Tell whoever listens to changes."""
        self._live.say("changes", Change(what=self._what, id=id, action=action, revision=revision, by=by))
