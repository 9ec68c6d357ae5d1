"""What is kept of series, in memory."""

from krausen.errors import NotFound
from krausen.model.journal import JournalEntry
from krausen.model.series import SeriesName, StoreRule
from krausen.model.storing import StoreChoice
from krausen.testing.catalog.memory import Memory


class MemoryStoring(Memory):
    """The part of the catalog port that knows what is to be kept."""

    def __init__(self) -> None:
        super().__init__()
        self._store_choices: dict[SeriesName, StoreRule] = {}

    async def store_choices(self) -> list[StoreChoice]:
        """Give what was chosen, ordered by series."""
        await self._turn()
        return [StoreChoice(series, rule) for series, rule in sorted(self._store_choices.items())]

    async def choose_store(self, choice: StoreChoice, entry: JournalEntry) -> None:
        """Choose what is kept of a series, in place of what was chosen before."""
        await self._turn()
        self._store_choices[choice.series] = choice.rule
        self._journal.append(entry)

    async def forget_store(self, series: SeriesName, entry: JournalEntry) -> None:
        """Keep again what the source of a series declares. Raises NotFound."""
        await self._turn()
        if series not in self._store_choices:
            raise NotFound(f"Nothing was chosen for {series}.")
        del self._store_choices[series]
        self._journal.append(entry)
