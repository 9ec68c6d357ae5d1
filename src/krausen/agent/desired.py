"""The last accepted wishes. They survive a restart, and are checked once more beside the hardware."""

import asyncio

import structlog
from msgspec import DecodeError, json

from krausen.agent.planning import Workshop, check
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
        judged = [self._judged(order) for order in orders]
        held = {taken.vessel.id: taken for taken, _ in judged if taken is not None}
        if held != self._held:
            try:
                await self._notebook.write(json.encode(tuple(held.values())))
            except StorageAway as error:
                log.error("desired.not_kept", detail=str(error))
                return [
                    self._answer_unkept(order, answer, error)
                    for order, (_, answer) in zip(orders, judged, strict=True)
                ]
            self._held = held
            self.changed.set()
        return [answer for _, answer in judged]

    def _judged(self, order: VesselOrder) -> tuple[VesselOrder | None, Answer]:
        vessel, revision, now = order.vessel.id, order.setpoint.revision, self._clock.now()
        try:
            check(self._workshop, order)
        except Invalid as error:
            return self._held.get(vessel), SetpointRejected(vessel, revision, str(error), now)
        return order, SetpointApplied(vessel, revision, now)

    def _answer_unkept(self, order: VesselOrder, answer: Answer, error: StorageAway) -> Answer:
        if isinstance(answer, SetpointRejected) or self._held.get(order.vessel.id) == order:
            return answer
        detail = f"It cannot be kept beside the hardware. {error} Free space there and ask again."
        return SetpointRejected(answer.vessel, answer.revision, detail, answer.at)

    def _is_possible(self, order: VesselOrder) -> bool:
        try:
            check(self._workshop, order)
        except Invalid as error:
            log.error("desired.impossible", vessel=order.vessel.id, detail=f"It stays off: {error}")
            return False
        return True
