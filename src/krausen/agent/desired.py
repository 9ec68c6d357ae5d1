"""The last accepted wishes. They survive a restart, and are checked once more beside the hardware."""

import asyncio

import structlog
from msgspec import DecodeError, json

from krausen.agent.planning import Workshop, check, clash, outputs
from krausen.errors import Invalid, StorageAway
from krausen.ports.clock import Clock
from krausen.ports.notebook import Notebook
from krausen.wire.messages import SetpointApplied, SetpointRejected, VesselOrder

log = structlog.get_logger()

_decode = json.Decoder(tuple[VesselOrder, ...]).decode
Answer = SetpointApplied | SetpointRejected


class DesiredState:
    """What the server wants of this agent, as far as it was accepted. `changed` is set with every change."""

    def __init__(self, notebook: Notebook, clock: Clock, workshop: Workshop) -> None:
        self._notebook = notebook
        self._clock = clock
        self._workshop = workshop
        self._held: dict[str, VesselOrder] = {}
        self.changed = asyncio.Event()

    async def load(self) -> None:
        """Take up what was accepted before the restart; what is damaged or impossible is said."""
        try:
            document = await self._notebook.read()
            orders = _decode(document) if document is not None else ()
        except (DecodeError, StorageAway) as error:
            reason = str(error).rstrip(".")
            log.error("desired.damaged", detail=f"Vessels stay off until the server is back: {reason}.")
            return
        self._held = {order.vessel.id: order for order in orders if self._is_possible(order)}
        while (found := clash(self._held.values())) is not None:
            self._say_impossible(found[0].vessel.id, found[1])
            del self._held[found[0].vessel.id]
        self.changed.set()

    def vessels(self) -> list[str]:
        """Name the vessels that are held."""
        return list(self._held)

    def order(self, vessel: str) -> VesselOrder | None:
        """Give what is wanted of a vessel, or None when it is not ours any more."""
        return self._held.get(vessel)

    async def want(self, orders: tuple[VesselOrder, ...]) -> list[Answer]:
        """Check the whole of what is wanted; keep what is allowed and answer for each vessel.

        When the notebook refuses, so do we: then nothing has changed, and the answers say why.
        """
        against = self._against(orders)
        held = {order.vessel.id: order for order in self._in_force(orders, against)}
        answers = [self._answer(order, against.get(order.vessel.id)) for order in orders]
        if held != self._held:
            try:
                await self._notebook.write(json.encode(tuple(held.values())))
            except StorageAway as error:
                log.error("desired.not_kept", detail=str(error))
                return [
                    self._answer_unkept(order, answer, error)
                    for order, answer in zip(orders, answers, strict=True)
                ]
            self._held = held
            self.changed.set()
        return answers

    def _against(self, orders: tuple[VesselOrder, ...]) -> dict[str, str]:
        """Give the vessels whose orders are refused, and why; what is refused leaves the former in force."""
        against: dict[str, str] = {}
        for order in orders:
            try:
                check(self._workshop, order)
            except Invalid as error:
                against[order.vessel.id] = str(error)
        # What is in force already comes first and never clashes, so each turn refuses one order more.
        while (found := clash(sorted(self._in_force(orders, against), key=self._is_new))) is not None:
            against[found[0].vessel.id] = found[1]
        return against

    def _in_force(self, orders: tuple[VesselOrder, ...], against: dict[str, str]) -> list[VesselOrder]:
        """Give what is held of each vessel when some orders are refused."""
        held = [self._held.get(order.vessel.id) if order.vessel.id in against else order for order in orders]
        return [order for order in held if order is not None]

    def _is_new(self, order: VesselOrder) -> bool:
        """Tell whether an order takes an output that the vessel has not got yet."""
        former = self._held.get(order.vessel.id)
        return former is None or not outputs(order.vessel) <= outputs(former.vessel)

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
            check(self._workshop, order)
        except Invalid as error:
            self._say_impossible(order.vessel.id, str(error))
            return False
        return True

    def _say_impossible(self, vessel: str, why: str) -> None:
        log.error("desired.impossible", vessel=vessel, detail=f"It stays off: {why}")
