"""Keeps from which level on each source tells, and has whoever it concerns follow at once."""

import asyncio
from collections.abc import Callable, Collection

import structlog

from krausen.errors import Invalid
from krausen.model.log import LogLevel
from krausen.model.people import Caller
from krausen.ports.catalog import Settings
from krausen.server.logs.choices import KEY, USUAL, check_source, levels_in
from krausen.server.settings import FreeSettings

log = structlog.get_logger()

Follow = Callable[[str], None]
"""Is told of each source whose level has changed."""


class Levels:
    """The levels of a site. What was chosen before holds from `load` on."""

    def __init__(self, catalog: Settings, settings: FreeSettings) -> None:
        self._catalog = catalog
        self._settings = settings
        self._chosen: dict[str, LogLevel] = {}
        self._followers: list[Follow] = []
        self._turn = asyncio.Lock()
        settings.watch(KEY, self._take)

    async def load(self) -> None:
        """Take on what was chosen before. Raises StorageAway."""
        for setting in await self._catalog.settings():
            if setting.key == KEY:
                self._take(setting.value)

    def of(self, source: str) -> LogLevel:
        """Give the level from which on a source tells. May be asked in any thread."""
        return self._chosen.get(source, USUAL)

    @property
    def chosen(self) -> Collection[str]:
        """The sources for which somebody chose a level."""
        return self._chosen.keys()

    def follow(self, follower: Follow) -> None:
        """Tell somebody of every change from now on."""
        self._followers.append(follower)

    async def choose(self, source: str, level: LogLevel, caller: Caller, reason: str = "") -> None:
        """Have a source tell from a level on. Raises Invalid with a fault at `path:source`, StorageAway."""
        check_source(source, "path:source")
        async with self._turn:
            wanted = {**self._chosen, source: level}
            if level is USUAL:
                del wanted[source]
            await self._settings.keep({KEY: wanted}, caller, reason=reason)

    def _take(self, value: object) -> None:
        """Follow the setting, None where there is none; one that was kept before it had a meaning is said."""
        try:
            chosen = {} if value is None else levels_in(value)
        except Invalid as failure:
            log.warning(
                "logs.levels_unknown", detail=f"{failure} Until then every source tells {USUAL} and up."
            )
            return
        before, self._chosen = self._chosen, chosen
        for source in sorted({*before, *chosen}):
            if before.get(source, USUAL) is not chosen.get(source, USUAL):
                for follower in self._followers:
                    follower(source)
