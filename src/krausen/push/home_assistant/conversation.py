"""A conversation with Home Assistant: says at once how vessels are, and takes what is set there."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn, cast

from msgspec import DecodeError, json

from krausen.errors import Refusal, TargetBusy, TargetRefused, TryAgain
from krausen.model.setpoint import Mode
from krausen.ports.target import Line, VesselNow, Wishes
from krausen.protocols import home_assistant as words
from krausen.protocols.home_assistant import Part
from krausen.push.home_assistant.devices import Naming, held, messages_of_vessel, name_of, start

log = logging.getLogger(__name__)

WISHED_S = 10.0
"""For so long it is believed that a wish will be followed, until the vessel itself says so."""


class Conversation:
    """What was said on a line, and how things stand."""

    def __init__(self, naming: Naming, line: Line, wishes: Wishes, *, may_set: bool) -> None:
        self._naming = naming
        self._may_set = may_set
        self._line = line
        self._wishes = wishes
        self._vessels: dict[str, VesselNow] | None = None
        self._sensors: set[str] | None = None
        self._announced: set[str] = set()
        self._told: dict[str, bytes] = {}
        self._starts: dict[str, dict[Mode, float]] = {}
        self._wished: dict[str, tuple[Mode, float]] = {}
        self._is_live = False

    async def keep(self) -> NoReturn:
        """Keep the conversation until the line breaks. Raises TargetBusy, TargetRefused."""
        lost: BaseExceptionGroup[Exception] | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen())
                tasks.create_task(self._watch())
        except* (TargetBusy, TargetRefused) as group:
            lost = group
        raise _first(lost)

    async def _watch(self) -> None:
        await self._line.subscribe(self._topics())
        # What is heard before this comes back was said to those before us.
        await self._line.publish(self._naming.topic("ready"), b"")
        await self._line.publish(self._naming.topic("status"), words.ONLINE, retain=True)
        try:
            async for vessels in self._wishes.vessels():
                await self._see(vessels)
        except TargetBusy:
            raise
        except TryAgain as away:
            raise TargetBusy(str(away)) from away

    def _topics(self) -> list[str]:
        base, prefix = self._naming.base, self._naming.prefix
        heard = [
            f"{prefix}/status",
            self._naming.config("+"),
            f"{base}/sensors",
            f"{base}/ready",
        ]
        return [*heard, f"{base}/+/set/+"] if self._may_set else heard

    async def _see(self, vessels: Sequence[VesselNow]) -> None:
        before, now = self._vessels or {}, {name_of("vessel", one.id): one for one in vessels}
        self._vessels = now
        for name, vessel in now.items():
            if vessel != before.get(name):
                self._starts.setdefault(name, {}).update(held(vessel))
                await self._tell(vessel)
        await self._tidy()

    async def _tell(self, vessel: VesselNow) -> None:
        for topic, payload in messages_of_vessel(self._naming, vessel, may_set=self._may_set):
            if self._told.get(topic) != payload:
                await self._line.publish(topic, payload, retain=True)
                self._told[topic] = payload

    async def _listen(self) -> None:
        ready, sensors = (self._naming.topic(one) for one in ("ready", "sensors"))
        async for topic, payload in self._line.messages():
            *path, last = topic.split("/")
            if topic == ready:
                self._is_live = True
            elif topic == sensors:
                await self._list(payload)
            elif last == "config":
                await self._note(path[-1], payload)
            elif last == "status":
                await self._greet(payload)
            elif last in words.PARTS and len(path) == 3:
                await self._turned(path[1], last, payload)

    async def _greet(self, payload: bytes) -> None:
        """Say everything again to a Home Assistant that has just begun."""
        if payload == words.ONLINE:
            self._told.clear()
            for vessel in (self._vessels or {}).values():
                await self._tell(vessel)

    async def _list(self, payload: bytes) -> None:
        with suppress(DecodeError):  # somebody else's words
            self._sensors = set(json.decode(payload or b"[]", type=list[str]))
            await self._tidy()

    async def _note(self, name: str, payload: bytes) -> None:
        """Take note of what is announced under our base, by us or by those before us."""
        if payload:
            self._announced.add(name)
            await self._tidy()
        else:
            self._announced.discard(name)

    async def _tidy(self) -> None:
        """Take back the announcements of what does not go there any more."""
        known: set[str] | None
        for name in sorted(self._announced):
            known = self._sensors if name.startswith("sensor_") else set(self._vessels or ())
            if known is None or self._vessels is None or name in known:
                continue
            self._announced.discard(name)
            config = self._naming.config(name)
            for topic in (config, self._naming.topic(name, "state")):
                self._told.pop(topic, None)
                await self._line.publish(topic, b"", retain=True)

    async def _turned(self, name: str, part: str, payload: bytes) -> None:
        """Wish what somebody turned a knob to; what cannot be is answered with how things stand."""
        vessel = (self._vessels or {}).get(name)
        if vessel is None or not self._is_live:
            log.warning("%s: a wish from Home Assistant for %s was too old.", self._naming.base, name)
            return
        starts = start(vessel, self._starts.get(name, {}))
        try:
            meant = words.wanted(cast("Part", part), payload, self._mode(name, vessel), starts)
            if meant is not None:
                await self._wishes.wish(vessel.id, meant.mode, meant.value, "Set in Home Assistant")
                self._wished[name] = meant.mode, _now_s() + WISHED_S
                return
        except (Refusal, TryAgain) as refused:
            log.warning("%s: a wish from Home Assistant is not followed: %s", vessel.name, refused)
        self._told.pop(self._naming.topic(name, "state"), None)
        await self._tell(vessel)

    def _mode(self, name: str, vessel: VesselNow) -> Mode:
        """Give what is held as far as Home Assistant can know: what it has just wished, or what is so."""
        mode, until_s = self._wished.get(name, (vessel.mode, 0.0))
        return mode if _now_s() < until_s else vessel.mode


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _first(group: BaseExceptionGroup[Exception] | None) -> Exception:
    if group is None:
        return TargetBusy("The conversation with Home Assistant's broker has ended.")
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
