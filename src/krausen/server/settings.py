"""Free settings, kept for user interfaces, and the few that the server itself reads."""

import re
from collections.abc import Callable, Mapping

from krausen.errors import Fault, Forbidden, Invalid
from krausen.importing.zones import zone_named
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, UserRole, at_least, own_keys
from krausen.ports.catalog import Setting, Settings
from krausen.ports.clock import Clock
from krausen.server.changes import Change
from krausen.server.live import Live
from krausen.server.logs.choices import KEY as LOG_LEVELS
from krausen.server.logs.choices import levels_in

SITE = "site."
"""What the keys begin with that the server itself reads."""
ZONE = f"{SITE}zone"

_WHO = {UserRole.BREWER: "brewers and admins", UserRole.ADMIN: "admins"}
_OWN = re.compile(r"user\.[^.]+\.")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_NO_KEY = "A key has 1 to 128 letters, digits, dots, dashes and underscores; a letter or digit comes first."


class FreeSettings:
    """Keeps settings, journals them and tells who listens."""

    def __init__(self, settings: Settings, live: Live, clock: Clock) -> None:
        self._settings = settings
        self._live = live
        self._clock = clock
        self._watched: dict[str, Callable[[object], None]] = {}

    def watch(self, key: str, take: Callable[[object], None]) -> None:
        """Have somebody told of what is kept under a key from now on, None where it is removed."""
        self._watched[key] = take

    async def keep(
        self, values: Mapping[str, object], caller: Caller, *, reason: str = "", seen: int | None = None
    ) -> list[Setting]:
        """Keep all of these values, or on an error none; give them by key.

        `seen` is for one alone. Raises Stale, and Invalid with faults at `/PLACE/key` and `/PLACE/value`.
        """
        _check(values)
        entries = [self._entry(key, "updated", caller, reason) for key in values]
        if len(values) == 1:
            (key,) = values
            await self._settings.keep_setting(key, values[key], entries[0], seen=seen)
        else:
            await self._settings.keep_settings(values, entries)
        kept = [setting for setting in await self._settings.settings() if setting.key in values]
        for setting in kept:
            self._say(setting.key, "updated", setting.revision, caller)
            self._tell(setting.key, setting.value)
        return kept

    async def remove(self, key: str, caller: Caller, *, reason: str = "", seen: int | None = None) -> None:
        """Remove a setting. Raises NotFound, Stale."""
        await self._settings.remove_setting(key, self._entry(key, "deleted", caller, reason), seen=seen)
        self._say(key, "deleted", seen or 0, caller)
        self._tell(key, None)

    def _tell(self, key: str, value: object) -> None:
        if key in self._watched:
            self._watched[key](value)

    def _say(self, key: str, action: str, revision: int, caller: Caller) -> None:
        change = Change(what="setting", id=key, action=action, revision=revision, by=caller.name)
        self._live.say("changes", change)

    def _entry(self, key: str, action: str, caller: Caller, reason: str) -> JournalEntry:
        now = self._clock.now()
        return JournalEntry(at=now, by=caller.name, what="setting", id=key, action=action, reason=reason)


def check_may_change(key: str, caller: Caller) -> None:
    """Raise Forbidden unless a caller may keep and remove a setting.

    Those of the site are for admins, those of a person for that person alone, the rest for brewers.
    """
    if _OWN.match(key):
        if not caller.is_person or not key.startswith(own_keys(caller.id)):
            raise Forbidden(f"{key} is a setting of somebody else: only they may change it.")
        return
    role = UserRole.ADMIN if key.startswith(SITE) else UserRole.BREWER
    if not at_least(caller, role):
        raise Forbidden(f"Only {_WHO[role]} may change {key}.")


def check_zone(name: str, where: str) -> None:
    """Raise Invalid at a place unless this is the name of a zone of the IANA database."""
    try:
        zone_named(name)
    except Invalid as failure:
        raise Invalid(str(failure), [Fault(where, str(failure))]) from failure


def _check(values: Mapping[str, object]) -> None:
    for place, (key, value) in enumerate(values.items()):
        if not _KEY.fullmatch(key):
            raise Invalid(_NO_KEY, [Fault(f"/{place}/key", _NO_KEY)])
        if key == ZONE:
            if not isinstance(value, str):
                raise Invalid(
                    f"{ZONE} is the name of a zone.", [Fault(f"/{place}/value", "This must be text.")]
                )
            check_zone(value, f"/{place}/value")
        if key == LOG_LEVELS:
            levels_in(value, f"/{place}/value")
