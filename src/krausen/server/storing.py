"""What is kept of each series: as its source declares, or as people chose."""

from krausen.errors import NotFound
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.series import SeriesName, StoreRule
from krausen.model.storing import StoreChoice
from krausen.ports.catalog import Storing
from krausen.ports.clock import Clock
from krausen.ports.history import History
from krausen.server.changes import Change, Tell
from krausen.server.ingest import Ingest


class StoreRules:
    """Keeps what people chose, journals it, and has ingest follow it at once."""

    def __init__(self, catalog: Storing, history: History, ingest: Ingest, clock: Clock, tell: Tell) -> None:
        self._catalog = catalog
        self._history = history
        self._ingest = ingest
        self._clock = clock
        self._tell = tell

    async def load(self) -> None:
        """Have ingest follow what was chosen before."""
        for choice in await self._catalog.store_choices():
            self._ingest.choose(choice.series, choice.rule)

    async def choose(self, id: str, rule: StoreRule, caller: Caller, reason: str = "") -> SeriesName:
        """Keep from now on what a rule says of a series; give its name. Raises NotFound."""
        series = await self._named(id)
        detail = f"every {rule.every_s:g} s, beyond {rule.deadband:g}, at least every {rule.longest_s:g} s"
        entry = self._entry(id, caller, reason, detail if rule.longest_s else "every reading")
        await self._catalog.choose_store(StoreChoice(series, rule), entry)
        self._follow(id, series, rule, caller)
        return series

    async def forget(self, id: str, caller: Caller, reason: str = "") -> None:
        """Keep again what the source of a series declares. Raises NotFound."""
        series = await self._named(id)
        await self._catalog.forget_store(series, self._entry(id, caller, reason, "as its source says"))
        self._follow(id, series, None, caller)

    def _follow(self, id: str, series: SeriesName, rule: StoreRule | None, caller: Caller) -> None:
        self._ingest.choose(series, rule)
        self._tell(Change(what="series", id=id, action="updated", revision=0, by=caller.name))

    async def _named(self, id: str) -> SeriesName:
        name = await self._history.name_of(id)
        if name is None:
            raise NotFound(f"There is no series {id}.")
        return name

    def _entry(self, id: str, caller: Caller, reason: str, detail: str) -> JournalEntry:
        now = self._clock.now()
        return JournalEntry(
            at=now, by=caller.name, what="series", id=id, action="storing", reason=reason, detail=detail
        )
