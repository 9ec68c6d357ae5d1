"""What people have done to controllers once: assigned, looked for, set, reset, restarted."""

from collections.abc import Callable, Mapping
from typing import Any

from krausen.errors import Invalid, LinkLost, NotFound
from krausen.model.controller import ControllerFacts, IoDevice, Parameter
from krausen.model.people import Caller
from krausen.ports.catalog.controllers import Controllers
from krausen.ports.controller import Act
from krausen.server.controllers.news import ControllerNews
from krausen.server.errands import Errands
from krausen.server.notes import Notes

SETTLE_S = 3.0
"""How long one waits for a controller to tell what has changed."""
STRANGE = "strange"
"""The state of a controller that nobody tells anything."""
FREE = "none"
"""The function of what is assigned to nothing."""


class ControllerWork:
    """Sends errands to controllers, and journals what they have changed.

    Every call raises NotFound without such a controller, Invalid with faults into the body where the
    controller cannot do it, and LinkLost or DeviceLost while it cannot be reached.
    """

    def __init__(
        self,
        told: Controllers,
        news: ControllerNews,
        errands: Errands,
        notes: Notes,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._told = told
        self._news = news
        self._errands = errands
        self._notes = notes
        self._settle_s = settle_s

    async def devices(self, name: str) -> tuple[IoDevice, ...]:
        """Give the hardware of a controller as it told it last, free or assigned."""
        await self._told.controller(name)
        facts = self._news.facts(name)
        return () if facts is None else facts.devices

    async def scan(self, name: str) -> tuple[IoDevice, ...]:
        """Have a controller look for hardware; give what there is."""
        await self._told.controller(name)
        before = self._news.facts(name)
        await self._do(name, Act.SCAN, {})
        await self._news.until(name, lambda facts: facts is not before, self._settle_s)
        return await self.devices(name)

    async def assign(
        self, name: str, device: str, wanted: Mapping[str, Any], caller: Caller, reason: str = ""
    ) -> IoDevice:
        """Assign a device, of which `wanted` changes, or free it; give it as it then is."""
        self._device(device, await self.devices(name))
        if wanted:
            await self._do(name, Act.ASSIGN, {"device": device, **wanted})
            await self._noted(name, caller, reason, f"{device}: {_said(wanted)}")
            await self._news.until(name, _has(device, wanted), self._settle_s)
        return self._device(device, await self.devices(name))

    async def set(
        self, name: str, values: Mapping[str, Any], caller: Caller, reason: str = ""
    ) -> tuple[Parameter, ...]:
        """Set parameters by key; give all of them as they then are."""
        await self._told.controller(name)
        if values:
            await self._do(name, Act.SET, values)
            await self._noted(name, caller, reason, _said(values))
            await self._news.until(name, _is_set(values), self._settle_s)
        facts = self._news.facts(name)
        return () if facts is None else facts.parameters

    async def reset(self, name: str, what: str, caller: Caller, reason: str = "") -> None:
        """Bring settings, constants or the whole memory of a controller back to what they were at first."""
        await self._told.controller(name)
        await self._do(name, Act.RESET, {"what": what})
        await self._noted(name, caller, reason, f"{what} reset")

    async def restart(self, name: str, caller: Caller, reason: str = "") -> None:
        """Have a controller start anew."""
        await self._told.controller(name)
        await self._do(name, Act.RESTART, {})
        await self._noted(name, caller, reason, "restarted")

    async def _do(self, name: str, act: Act, body: Mapping[str, Any]) -> None:
        standing = self._news.standing(name)
        if standing.state == STRANGE:
            raise Invalid(standing.detail or f"{name} has a firmware that we do not know: it is only read.")
        await self._errands.run(name, act, body)

    async def _noted(self, name: str, caller: Caller, reason: str, detail: str) -> None:
        """Journal what was done; it counts as a change of the controller."""
        entry = self._notes.entry(name, "updated", caller, reason, detail)
        changed = await self._told.change_controller(await self._told.controller(name), entry)
        self._notes.say(name, "updated", changed.revision, caller.name)

    def _device(self, id: str, among: tuple[IoDevice, ...]) -> IoDevice:
        if not among:
            raise LinkLost("The controller has not told its hardware yet. Try again when it is connected.")
        for device in among:
            if device.id == id:
                return device
        raise NotFound(f"The controller has no device {id}. Let it look for hardware.")


def _has(id: str, wanted: Mapping[str, Any]) -> Callable[[ControllerFacts | None], bool]:
    """Tell whether a device is as it is wanted; of one that is free the rest does not matter."""
    is_free = wanted.get("function") == FREE
    fields = {"function": FREE} if is_free else wanted

    def is_so(facts: ControllerFacts | None) -> bool:
        found = [] if facts is None else [one for one in facts.devices if one.id == id]
        return any(all(getattr(one, name) == value for name, value in fields.items()) for one in found)

    return is_so


def _is_set(values: Mapping[str, Any]) -> Callable[[ControllerFacts | None], bool]:
    def is_so(facts: ControllerFacts | None) -> bool:
        now = {} if facts is None else {one.key: one.value for one in facts.parameters}
        return all(now.get(key) == value for key, value in values.items())

    return is_so


def _said(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())
