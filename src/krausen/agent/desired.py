"""The last accepted wishes. They survive a restart, and are checked once more beside the hardware."""

import asyncio
from collections.abc import Iterable

import structlog
from msgspec import Struct, json
from msgspec.structs import replace

from krausen.agent.documents import understood
from krausen.agent.planning import Workshop, check, check_wish, clash, outputs
from krausen.errors import Fault, Invalid, StorageAway
from krausen.model.vessel import FIRMWARE
from krausen.ports.clock import Clock
from krausen.ports.notebook import Notebook
from krausen.wire.messages import ControllerOrder, SetpointApplied, SetpointRejected, VesselOrder

log = structlog.get_logger()

Vessels = tuple[VesselOrder, ...]
Controllers = tuple[ControllerOrder, ...]
Answer = SetpointApplied | SetpointRejected


class _Kept(Struct, frozen=True):
    """The document beside the hardware; one that was written before there were controllers is a list."""

    vessels: Vessels
    controllers: Controllers = ()


_decoder = json.Decoder(_Kept | Vessels)


class DesiredState:
    """What the server wants of this agent, as far as it was accepted.

    `changed` is set with every change of a vessel, `rewired` with every change of the controllers; `wired` is
    set while there are any of those, `unwired` while there are none.
    """

    def __init__(self, notebook: Notebook, clock: Clock, workshop: Workshop) -> None:
        self._notebook = notebook
        self._clock = clock
        self._workshop = workshop
        self._held: dict[str, VesselOrder] = {}
        self._controllers: Controllers = ()
        self.changed = asyncio.Event()
        self.rewired = asyncio.Event()
        self.wired = asyncio.Event()
        self.unwired = asyncio.Event()
        self.unwired.set()

    async def load(self) -> None:
        """Take up what was accepted before the restart; what is damaged or impossible is said."""
        try:
            document = await self._notebook.read()
            kept = _Kept(()) if document is None else _understood(document)
        except (Invalid, StorageAway) as error:
            log.error("desired.damaged", detail=f"Vessels stay off until the server is back. {error}")
            return
        self._wire(kept.controllers)
        self._held = {order.vessel.id: order for order in kept.vessels if self._is_possible(order)}
        while (found := _clash(self._held.values())) is not None:
            self._say_impossible(found[0].vessel.id, found[1])
            del self._held[found[0].vessel.id]
        self.changed.set()

    def vessels(self) -> list[str]:
        """Name the vessels that are held by loops of ours."""
        return [id for id, order in self._held.items() if order.vessel.algorithm != FIRMWARE]

    def order(self, vessel: str) -> VesselOrder | None:
        """Give what is wanted of a vessel, or None when no loop of ours holds it any more."""
        order = self._held.get(vessel)
        return None if order is None or order.vessel.algorithm == FIRMWARE else order

    def controllers(self) -> Controllers:
        """Give the controllers that are to be spoken with."""
        return self._controllers

    def held_by(self, controller: str) -> VesselOrder | None:
        """Give what is wanted of the vessel that the firmware of a controller holds; None without any."""
        firm = (order for order in self._held.values() if order.vessel.algorithm == FIRMWARE)
        return next((order for order in firm if order.vessel.agent == controller), None)

    async def want(self, orders: Vessels, controllers: Controllers = ()) -> list[Answer]:
        """Check the whole of what is wanted; keep what is allowed and answer for each vessel.

        When the notebook refuses, so do we: then nothing has changed, and the answers say why. What is to be
        known of vessels is no part of it; `agent/learned.py` has taken that.
        """
        orders = tuple(order if order.memory is None else replace(order, memory=None) for order in orders)
        against = self._against(orders, controllers)
        in_force = self._in_force(orders, against, controllers)
        held = {order.vessel.id: order for order in in_force}
        answers = [self._answer(order, against.get(order.vessel.id)) for order in orders]
        if (held, controllers) == (self._held, self._controllers):
            return answers
        try:
            await self._notebook.write(json.encode(_Kept(tuple(held.values()), controllers)))
        except StorageAway as error:
            log.error("desired.not_kept", detail=str(error))
            return [
                self._answer_unkept(order, answer, error)
                for order, answer in zip(orders, answers, strict=True)
            ]
        self._take(held, controllers)
        return answers

    def _take(self, held: dict[str, VesselOrder], controllers: Controllers) -> None:
        if held != self._held:
            self._held = held
            self.changed.set()
        if controllers != self._controllers:
            self._wire(controllers)

    def _wire(self, controllers: Controllers) -> None:
        self._controllers = controllers
        now, before = (self.wired, self.unwired) if controllers else (self.unwired, self.wired)
        before.clear()
        now.set()
        self.rewired.set()

    def _against(self, orders: Vessels, controllers: Controllers) -> dict[str, str]:
        """Give the vessels whose orders are refused, and why; what is refused leaves the former in force."""
        against: dict[str, str] = {}
        for order in orders:
            try:
                self._check(order, controllers)
            except Invalid as error:
                against[order.vessel.id] = str(error)
        # What is in force already comes first and never clashes, so each turn refuses one order more.
        while True:
            in_force = self._in_force(orders, against, controllers)
            if (found := _clash(sorted(in_force, key=self._is_new))) is None:
                return against
            against[found[0].vessel.id] = found[1]

    def _in_force(
        self, orders: Vessels, against: dict[str, str], controllers: Controllers
    ) -> list[VesselOrder]:
        """Give what is held of each vessel when some orders are refused."""
        held = [self._former(order, controllers) if order.vessel.id in against else order for order in orders]
        return [order for order in held if order is not None]

    def _former(self, order: VesselOrder, controllers: Controllers) -> VesselOrder | None:
        former = self._held.get(order.vessel.id)
        return None if former is None or _misplaced(former, controllers) else former

    def _is_new(self, order: VesselOrder) -> bool:
        """Tell whether an order takes an output, or a firmware, that the vessel has not got yet."""
        former = self._held.get(order.vessel.id)
        return former is None or not _taken(order) <= _taken(former)

    def _check(self, order: VesselOrder, controllers: Controllers) -> None:
        """Raise Invalid when an order cannot or may not be carried out here, with these controllers."""
        if why := _misplaced(order, controllers):
            raise Invalid(why, [Fault("/algorithm", why)])
        if order.vessel.algorithm == FIRMWARE:
            check_wish(self._workshop, order)
        else:
            check(self._workshop, order)

    def _answer(self, order: VesselOrder, against: str | None) -> Answer:
        vessel, revision, now = order.vessel.id, order.setpoint.revision, self._clock.now()
        if against is None:
            return SetpointApplied(vessel, revision, now)
        return SetpointRejected(vessel, revision, against, now)

    def _answer_unkept(self, order: VesselOrder, answer: Answer, error: StorageAway) -> Answer:
        if isinstance(answer, SetpointRejected) or self._held.get(order.vessel.id) == order:
            return answer
        detail = f"It cannot be kept beside the hardware. {error} Free space there and ask again."
        return SetpointRejected(answer.vessel, answer.revision, detail, answer.at)

    def _is_possible(self, order: VesselOrder) -> bool:
        try:
            self._check(order, self._controllers)
        except Invalid as error:
            self._say_impossible(order.vessel.id, str(error))
            return False
        return True

    def _say_impossible(self, vessel: str, why: str) -> None:
        log.error("desired.impossible", vessel=vessel, detail=f"It stays off: {why}")


def _misplaced(order: VesselOrder, controllers: Controllers) -> str:
    """Say why a vessel cannot be held in the way that was arranged where these controllers are, if so."""
    vessel = order.vessel
    is_there = vessel.agent in {controller.name for controller in controllers}
    if vessel.algorithm == FIRMWARE and not is_there:
        return f"Agent {vessel.agent} has no controller whose firmware could hold {vessel.name}."
    if vessel.algorithm != FIRMWARE and is_there:
        instead = f"choose {FIRMWARE} instead of {vessel.algorithm}"
        return f"Controller {vessel.agent} holds {vessel.name} by its own firmware: {instead}."
    return ""


def flaws_of(document: bytes) -> list[str]:
    """Say what speaks against a document of wishes, in sentences; nothing where it is understood."""
    try:
        _understood(document)
    except Invalid as invalid:
        return [str(invalid)]
    return []


def _understood(document: bytes) -> _Kept:
    kept = understood(_decoder, document)
    return kept if isinstance(kept, _Kept) else _Kept(kept)


def _clash(orders: Iterable[VesselOrder]) -> tuple[VesselOrder, str] | None:
    """Give the first order that wants what an earlier one has, and why not; None without any."""
    orders = list(orders)
    firm: dict[str, str] = {}
    for order in orders:
        vessel = order.vessel
        if vessel.algorithm == FIRMWARE and vessel.agent in firm:
            return (
                order,
                f"Controller {vessel.agent} holds {firm[vessel.agent]}, and cannot hold two vessels.",
            )
        if vessel.algorithm == FIRMWARE:
            firm[vessel.agent] = vessel.name
    return clash(orders)


def _taken(order: VesselOrder) -> set[object]:
    """Give what an order takes for itself."""
    firmware = {order.vessel.agent} if order.vessel.algorithm == FIRMWARE else set()
    return {*outputs(order.vessel), *firmware}
