"""Has a firmware hold a wish: writes what differs, reads it back, and spares its memory."""

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from krausen.drivers.brewpi import wishes
from krausen.drivers.brewpi.rounds import Rounds
from krausen.errors import Invalid
from krausen.model.setpoint import Mode
from krausen.ports.controller import Held, Said
from krausen.protocols.brewpi.parameters import Settings
from krausen.protocols.brewpi.requests import Alter, Change

HOLDS = 3
"""So many times a setpoint is written that is not taken."""


class Holding:
    """What was written last, and how much may be written now. `say` tells people what they should know."""

    def __init__(self, rounds: Rounds, say: Callable[[Said], None]) -> None:
        self._rounds = rounds
        self._say = say
        self._written: Held | None = None
        self._written_s = 0.0
        self._allowance = wishes.Allowance()
        self._is_patient = False
        self._is_course = False

    async def hold(self, wish: Held) -> None:
        """Write what is not held already, and read it back. Raises Invalid and DeviceLost."""
        wishes.refused(wish, self._rounds.known.constants)
        self._is_course = wish.mode is Mode.PROFILE and not self._rounds.speaker.follows_profiles
        await self._write(replace(wish, mode=Mode.BEER) if self._is_course else wish)

    def seen(self) -> Held | None:
        """Tell what the firmware was seen to hold, None while nobody knows."""
        settings = self._rounds.known.settings
        if settings is None:
            return None
        held = wishes.held(settings, self._written, self._rounds.speech)
        return replace(held, mode=Mode.PROFILE) if self._is_course and held.mode is Mode.BEER else held

    def forget(self) -> None:
        """Take it that what was written may be gone."""
        self._written = None

    async def _write(self, wish: Held) -> None:
        settings = await self._rounds.settings()
        for _ in range(HOLDS):
            changes = self._changes(wish, settings)
            if not changes or not self._may_write():
                return
            await self._rounds.speaker.tell(Alter(changes))
            self._written, self._written_s = wish, self._now_s()
            settings = await self._rounds.settings()
            if wishes.held(settings, wish, self._rounds.speech) == wish:
                return
        self._written = None
        seen = wishes.held(settings, None, self._rounds.speech)
        raise Invalid(f"The controller was told to hold {_words(wish)}, and holds {_words(seen)}.")

    def _changes(self, wish: Held, settings: Settings) -> tuple[Change, ...]:
        """Give what has to be written now, in view of what was written last and is still held."""
        speech = self._rounds.speech
        if self._written is not None and wishes.held(settings, self._written, speech) == self._written:
            rested_s = self._now_s() - self._written_s
            return wishes.moved(self._written, wish, rested_s)
        changes = wishes.changes(wish, settings, speech)
        self._written = None if changes else wish
        return changes

    def _may_write(self) -> bool:
        """Count a write, or tell once that it has to wait."""
        after = self._allowance.after(self._now_s())
        if after is None and not self._is_patient:
            text = (
                "Its setpoint has been written so often that the next time has to wait, to spare its memory. "
                "Does another host write it, too?"
            )
            self._say(Said(text, "warning"))
        self._is_patient = after is None
        self._allowance = after or self._allowance
        return after is not None

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()


def _words(held: Held) -> str:
    return "nothing" if held.mode is Mode.OFF else f"{held.value} °C ({held.mode.value})"
