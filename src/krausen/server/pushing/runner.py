"""One push target at work: waits until it is due, delivers, tries again, and says how it fares."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import reduce
from random import Random
from typing import Any, NoReturn, Protocol

import structlog
from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import AnswerLost, StorageAway, TargetBusy, TargetRefused
from krausen.model.target import Delivery, Target
from krausen.ports.catalog import Settings
from krausen.ports.catalog.targets import Targets
from krausen.ports.clock import Clock
from krausen.ports.history import History, SeriesRecord
from krausen.ports.target import Courier, PushTarget, Sends, Shipment, Wishes
from krausen.server.pushing.backlog import Progress, next_batch, owed, with_late
from krausen.server.pushing.gathering import Gatherer
from krausen.server.pushing.recording import Recorder, secrets_of
from krausen.server.pushing.retrying import CLOSED, Circuit, failed
from krausen.server.pushing.schedule import first_due, next_due

log = structlog.get_logger()

PATIENCE_S = 30.0
"""A delivery that takes longer is given up."""
RECENT = 100
"""Of so many deliveries it is told how many failed."""
AWAY_MS = 5_000
"""When our own disk refuses, it is tried again after so long."""
SLACK_MS = 500
"""A device is due when this much or less is missing of its interval."""
SHOWN = 10
"""Readings that a test sends to a service that wants every one."""


class Tools(Struct, frozen=True, kw_only=True):
    """What every target works with. `speed` is how many of our seconds pass in one of the network's."""

    catalog: "Kept"
    history: History
    gatherer: Gatherer
    courier: Courier
    clock: Clock
    chance: Random
    speed: float = 1.0


class Facts(Struct, frozen=True, kw_only=True):
    """How a target fares. `next_due` and `retry_at` in UTC ms; `last` is its last delivery, if any."""

    next_due: int | None = None
    retry_at: int | None = None
    circuit: Circuit = CLOSED
    last: Delivery | None = None
    ok: int = 0
    failed: int = 0
    queue: int = 0


class Served(Struct, frozen=True, kw_only=True):
    """A target, how it fares, and the schema of its settings."""

    target: Target
    facts: Facts
    schema: dict[str, Any]


class Kept(Targets, Settings, Protocol):
    """The part of the catalog that knows targets, and since when."""


class Runner:
    """Serves one target as long as `run` runs. `told` hears whenever something has changed.

    `refused` hears why the service will not take anything any more; then `run` waits for ever.
    """

    def __init__(
        self,
        tools: Tools,
        target: Target,
        kind: PushTarget,
        settings: Struct,
        schema: Mapping[str, Any],
    ) -> None:
        self.target = target
        self._tools = tools
        self._kind = kind
        self._settings = settings
        self._secrets = secrets_of(target.settings, schema)
        self._progress = Progress(since=tools.clock.now())
        self._circuit = CLOSED
        self._due: int | None = None
        self._recent: list[bool] = []
        self._last: Delivery | None = None
        self._queue = 0
        self._came: list[Mapping[str, tuple[int, int]]] = []
        self._turn = asyncio.Lock()

    def begin(self, kept: Mapping[str, Any], deliveries: list[Delivery]) -> None:
        """Take up where it stood, with its deliveries, the latest first."""
        self._progress = Progress.read(kept, self._tools.clock.now())
        real = [one for one in deliveries if not one.test]
        self._recent = [one.ok for one in reversed(real)][-RECENT:]
        self._last = real[0] if real else None

    def facts(self) -> Facts:
        """Tell how it fares."""
        ahead = self._tools.clock.now() - self._tools.clock.steady()
        return Facts(
            next_due=None if self._due is None else self._due + ahead,
            retry_at=self._circuit.retry_at + ahead if self._circuit.failures else None,
            circuit=self._circuit,
            last=self._last,
            ok=sum(self._recent),
            failed=len(self._recent) - sum(self._recent),
            queue=self._queue,
        )

    @property
    def wants_every(self) -> bool:
        """Whether each reading goes there once."""
        return self._kind.sends is Sends.EVERY

    async def came(self, stretches: Mapping[str, tuple[int, int]]) -> None:
        """Take note of readings that came, by series. What comes late is owed again. Raises StorageAway."""
        self._came.append(stretches)
        noted = with_late(self._progress, stretches)
        if noted is not self._progress:
            self._progress = noted
            await self._tools.catalog.delivered(self.target.id, noted.kept())

    async def run(
        self, place: int, told: Callable[[], None], refused: Callable[[str], Awaitable[None]]
    ) -> NoReturn:
        """Deliver whenever it is due, until cancelled; `place` among the others spreads what is overdue."""
        clock, every_ms = self._tools.clock, round(self.target.every_s * 1000)
        last, ahead = self._progress.sent_at, clock.now() - clock.steady()
        due = first_due(clock.steady(), every_ms, None if last is None else last - ahead, place)
        while True:
            self._due = max(self._circuit.retry_at if self._circuit.failures else due, self._allowed_at())
            told()
            await asyncio.sleep((self._due - clock.steady()) / 1000.0)
            try:
                async with self._turn:
                    await self._deliver()
            except TargetRefused as refusal:
                self._due = None
                await refused(str(refusal))
                await asyncio.Event().wait()
            if due <= clock.steady():
                due = next_due(due, every_ms, clock.steady())

    async def attend(self, wishes: Wishes) -> NoReturn:
        """Keep the conversation that its kind keeps, and begin it anew when it breaks, until cancelled."""
        attend, circuit = self._kind.attend, CLOSED
        while attend is not None:
            recorder = Recorder(self._tools.courier, self._secrets)
            begun = self._tools.clock.steady()
            try:
                await attend(self._settings, recorder, wishes)
            except (TargetBusy, TargetRefused) as failure:
                now = self._tools.clock.steady()
                circuit = CLOSED if now - begun > AWAY_MS * 12 else circuit
                circuit = failed(circuit, now, self._tools.chance)
                log.warning("push.line_broke", target=self.target.id, detail=recorder.failure(failure))
                await asyncio.sleep((circuit.retry_at - now) / 1000.0)
        await asyncio.Event().wait()
        raise AssertionError

    async def test(self) -> Delivery:
        """Send once what would go out now, and give what became of it. Raises StorageAway."""
        async with self._turn:
            shipments = [one for one in await self._shipments() if _is_worth(one[1])]
            if not shipments:
                detail = "There is nothing to send: nothing of what was chosen has a fresh value."
                return Delivery(at=self._tools.clock.now(), ok=False, detail=detail, test=True)
            device, shipment = shipments[0]
            delivery, failure = await self._sent(shipment)
            delivery = replace(delivery, test=True)
            if not self._kind.again_harmless and (delivery.ok or isinstance(failure, AnswerLost)):
                self._progress = self._reached(device)
            await self._tools.catalog.delivered(self.target.id, self._progress.kept(), delivery)
            return delivery

    def _allowed_at(self) -> int:
        """Give from when on the service takes something again, by the steady clock."""
        sent_at, ahead = self._progress.sent_at, self._tools.clock.now() - self._tools.clock.steady()
        if sent_at is None or self.wants_every:
            return 0
        return sent_at - ahead + round(self._kind.least_s * 1000)

    async def _deliver(self) -> None:
        try:
            if self.wants_every:
                await self._deliver_every()
            else:
                await self._deliver_latest()
        except StorageAway as away:
            log.warning("push.not_read", target=self.target.id, detail=str(away))
            now = self._tools.clock.steady()
            self._circuit = Circuit(max(1, self._circuit.failures), now + AWAY_MS)

    async def _deliver_latest(self) -> None:
        now = self._tools.clock.now()
        for device, shipment in await self._shipments():
            sent_at = self._progress.devices.get(device)
            least_ms = max(self._kind.least_s, self.target.every_s) * 1000 - SLACK_MS
            is_early = self._kind.by_device and sent_at is not None and 0 <= now - sent_at < least_ms
            if is_early or not _is_worth(shipment):
                continue
            if not await self._ship(shipment, self._reached(device)):
                return
        self._circuit = CLOSED

    async def _deliver_every(self) -> None:
        series = await self._tools.gatherer.series(self.target.what)
        while True:
            self._came.clear()
            batch = await next_batch(self._tools.history, self._progress, series, self._kind.most)
            shipment = replace(await self._empty(), values=batch.values)
            reached = replace(batch.progress, sent_at=shipment.now)
            if batch.values and not await self._ship(shipment, reached):
                break
            if len(batch.values) < self._kind.most:
                self._circuit = CLOSED
                break
            series = await self._tools.gatherer.series(self.target.what)
        self._queue = await owed(self._tools.history, self._progress, series)

    async def _shipments(self) -> list[tuple[str, Shipment]]:
        """Give what is to go out now: all together, or for each device by itself, under its name."""
        empty = await self._empty()
        if self.wants_every:
            return await self._sample(empty)
        scene = await self._tools.gatherer.scene(self.target.what)
        vessels = [one for one in scene.vessels if "vessels" in self._kind.takes]
        sensors = [one for one in scene.sensors if "sensors" in self._kind.takes]
        if not self._kind.by_device:
            return [("", replace(empty, vessels=tuple(vessels), sensors=tuple(sensors)))]
        return [
            *((f"vessel {one.id}", replace(empty, vessels=(one,))) for one in vessels),
            *((f"sensor {one.id}", replace(empty, sensors=(one,))) for one in sensors),
        ]

    async def _sample(self, empty: Shipment) -> list[tuple[str, Shipment]]:
        """Give the newest reading of some of the chosen series, as if nothing had gone out yet."""
        series: list[SeriesRecord] = (await self._tools.gatherer.series(self.target.what))[:SHOWN]
        newest = {one.id: (one.last or 0) - 1 for one in series}
        batch = await next_batch(self._tools.history, Progress(through=newest), series, self._kind.most)
        return [("", replace(empty, values=batch.values))] if batch.values else []

    async def _empty(self) -> Shipment:
        return Shipment(now=self._tools.clock.now(), every_s=self.target.every_s)

    def _reached(self, device: str) -> Progress:
        now = self._tools.clock.now()
        devices = {**self._progress.devices, device: now} if self._kind.by_device else {}
        return replace(self._progress, sent_at=now, devices=devices)

    async def _ship(self, shipment: Shipment, reached: Progress) -> bool:
        """Send, and keep what became of it; tell whether it went out. Raises TargetRefused, StorageAway."""
        delivery, failure = await self._sent(shipment)
        if delivery.ok and not delivery.request and not self.wants_every:
            return True  # the service has nothing to hear of this
        may_be_there = isinstance(failure, AnswerLost) and not self._kind.again_harmless
        if delivery.ok or may_be_there:
            self._progress = reduce(with_late, self._came, reached)
        self._last = delivery
        self._recent = [*self._recent, delivery.ok][-RECENT:]
        await self._tools.catalog.delivered(self.target.id, self._progress.kept(), delivery)
        if isinstance(failure, TargetRefused):
            raise TargetRefused(delivery.detail) from failure
        if isinstance(failure, TargetBusy):
            now = self._tools.clock.steady()
            self._circuit = failed(self._circuit, now, self._tools.chance, failure.after_s)
        return failure is None

    async def _sent(self, shipment: Shipment) -> tuple[Delivery, TargetBusy | TargetRefused | None]:
        recorder, begun = Recorder(self._tools.courier, self._secrets), self._tools.clock.steady()
        failure: TargetBusy | TargetRefused | None = None
        at = self._tools.clock.now()
        try:
            async with asyncio.timeout(PATIENCE_S * self._tools.speed):
                await self._kind.send(self._settings, shipment, recorder)
        except TimeoutError:
            failure = AnswerLost(f"The service did not answer within {PATIENCE_S:g} s.")
        except (TargetBusy, TargetRefused) as raised:
            failure = raised
        except Exception:
            log.exception("push.target_failed", target=self.target.id, kind=self._kind.name)
            failure = TargetBusy("The program for this service failed; the server's log says more.")
        delivery = Delivery(
            at=at,
            ok=failure is None,
            status=recorder.status,
            detail="" if failure is None else recorder.failure(failure),
            request=recorder.sent,
            response=recorder.came,
            took_ms=self._tools.clock.steady() - begun,
        )
        return delivery, failure


def _is_worth(shipment: Shipment) -> bool:
    return bool(shipment.vessels or shipment.sensors or shipment.values)
