"""Adapters, settings and the journal in memory."""

from collections.abc import Mapping, Sequence

from msgspec import json
from msgspec.structs import replace

from krausen.model.journal import EVERY, JournalEntry, Which
from krausen.ports.catalog import Adapter, Dates, Kind, Setting
from krausen.testing.catalog.memory import Memory, check_seen, found_in, revision_of


class MemorySettings(Memory):
    """The part of the catalog port that knows adapters, settings and the journal."""

    def __init__(self) -> None:
        super().__init__()
        self._adapters: dict[str, Adapter] = {}

    async def adapters(self) -> list[Adapter]:
        """Give all adapters that were arranged, ordered by name."""
        await self._turn()
        return [self._adapters[name] for name in sorted(self._adapters)]

    async def adapter(self, name: str) -> Adapter | None:
        """Give an adapter that was arranged, or None."""
        await self._turn()
        return self._adapters.get(name)

    async def keep_adapters(self, adapters: Sequence[Adapter], entries: Sequence[JournalEntry]) -> None:
        """Add or replace adapters, all or none, each under its next revision."""
        await self._turn()
        for adapter in adapters:
            self._keep_adapter(adapter, entries[0].at)
        self._journal += entries

    async def keep_adapter(self, adapter: Adapter, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Add or replace an adapter under the next revision. Raises Stale."""
        await self._turn()
        check_seen(f"Adapter {adapter.name}", revision_of(self._adapters, adapter.name), seen)
        self._keep_adapter(adapter, entry.at)
        self._journal.append(entry)

    def _keep_adapter(self, adapter: Adapter, at: int) -> None:
        revision = revision_of(self._adapters, adapter.name) + 1
        self._adapters[adapter.name] = replace(adapter, revision=revision)
        self._date(Kind.ADAPTER, adapter.name, at)

    async def settings(self) -> list[Setting]:
        """Give all settings, ordered by key."""
        await self._turn()
        kept = sorted(self._settings.items())
        return [Setting(key=key, value=json.decode(value), revision=n) for key, (value, n) in kept]

    async def setting(self, key: str) -> object:
        """Give the value of a setting (anything JSON can say), or None."""
        await self._turn()
        value: object = json.decode(self._settings.get(key, (b"null", 0))[0])
        return value

    async def keep_setting(
        self, key: str, value: object, entry: JournalEntry, *, seen: int | None = None
    ) -> None:
        """Keep a setting under the next revision. Raises Stale."""
        await self._turn()
        check_seen(f"Setting {key}", self._settings.get(key, (b"", 0))[1], seen)
        self._keep_setting(key, value, entry.at)
        self._journal.append(entry)

    async def keep_settings(self, values: Mapping[str, object], entries: Sequence[JournalEntry]) -> None:
        """Keep several settings, all or none, each under its next revision."""
        await self._turn()
        for key, value in values.items():
            self._keep_setting(key, value, entries[0].at)
        self._journal += entries

    def _keep_setting(self, key: str, value: object, at: int) -> None:
        self._settings[key] = json.encode(value), self._settings.get(key, (b"", 0))[1] + 1
        self._date(Kind.SETTING, key, at)

    async def remove_setting(self, key: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove a setting. Raises NotFound, Stale."""
        await self._turn()
        _, revision = found_in(self._settings, key, "setting")
        check_seen(f"Setting {key}", revision, seen)
        del self._settings[key], self._dates[Kind.SETTING][key]
        self._journal.append(entry)

    async def dates(self, kind: Kind) -> dict[str, Dates]:
        """Give the dates of all things of a kind, by id, name or key."""
        await self._turn()
        return dict(self._dates[kind])

    async def journal(self, limit: int, *, before: int | None = None) -> list[JournalEntry]:
        """Give entries, newest first: those that are numbered below `before`, else the newest."""
        await self._turn()
        older = self._journal if before is None else self._journal[: max(0, before - 1)]
        return older[::-1][:limit]

    async def numbered(
        self, limit: int, *, before: int | None = None, which: Which = EVERY
    ) -> list[tuple[int, JournalEntry]]:
        """Give entries as `journal` does, of those that are asked for, each with its number."""
        await self._turn()
        older = [(n, one) for n, one in enumerate(self._journal, 1) if before is None or n < before]
        return [(n, one) for n, one in reversed(older) if which.takes(one)][:limit]

    async def journal_length(self) -> int:
        """Give the number of the newest entry, 0 where there is none."""
        await self._turn()
        return len(self._journal)
