"""The last accepted wishes. They survive a restart, and are checked once more beside the hardware."""

import asyncio

import structlog
from msgspec import DecodeError, json

from krausen.agent.planning import Workshop, check
from krausen.errors import Invalid
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
        """Take up what was accepted before the restart. A damaged document counts as none and is said."""
        document = await self._notebook.read()
        try:
            orders = _decode(document) if document is not None else ()
        except DecodeError as error:
            log.error("desired.damaged", detail=f"Vessels stay off until the server is back: {error}.")
            return
        self._held = {order.vessel.id: order for order in orders}
        self.changed.set()

    def vessels(self) -> list[str]:
        """Name the vessels that are held."""
        return list(self._held)

    def order(self, vessel: str) -> VesselOrder | None:
        """Give what is wanted of a vessel, or None when it is not ours any more."""
        return self._held.get(vessel)

    async def want(self, orders: tuple[VesselOrder, ...]) -> list[Answer]:
        """Check the whole of what is wanted; keep what is allowed and answer for each vessel.

        Raises StorageAway when it cannot be kept; then nothing has changed.
        """
        answers: list[Answer] = []
        held: dict[str, VesselOrder] = {}
        for order in orders:
            taken, answer = self._judged(order)
            answers.append(answer)
            if taken is not None:
                held[order.vessel.id] = taken
        await self._notebook.write(json.encode(tuple(held.values())))
        self._held = held
        self.changed.set()
        return answers

    def _judged(self, order: VesselOrder) -> tuple[VesselOrder | None, Answer]:
        vessel, revision, now = order.vessel.id, order.setpoint.revision, self._clock.now()
        try:
            check(self._workshop, order)
        except Invalid as error:
            return self._held.get(vessel), SetpointRejected(vessel, revision, str(error), now)
        return order, SetpointApplied(vessel, revision, now)
