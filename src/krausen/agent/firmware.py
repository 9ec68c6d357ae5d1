"""A vessel that the firmware of a controller holds: see that it holds the wish, and tell what it does."""

import asyncio
from typing import NoReturn

import structlog

from krausen.agent.devices import unless_stopped, within
from krausen.agent.speaking import Console, Speaker
from krausen.control.interlocks import Permit
from krausen.control.record import Record
from krausen.control.regulation import Outcome
from krausen.errors import DeviceLost, Invalid
from krausen.model.controller import ControllerState
from krausen.model.level import Demand, Levels
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import VESSEL_ADAPTER, ControlState, Role
from krausen.ports.controller import Held, Measured
from krausen.profiles.following import Follower
from krausen.wire.messages import VesselOrder, VesselReport

log = structlog.get_logger()

HOLD_S = 10.0
"""A controller is told what to hold no more often than that; what it keeps wears out by being written."""
ANSWER_S = 60.0
"""It has this long to take what it is to hold."""
SAME_C = 0.005
"""What a firmware was seen to hold is the wish when it differs by no more."""
FAILED_WAIT_S = 10.0
FAILED = "What the controller does cannot be told; it goes on holding what it was told."
UNDECIDED = "Nobody has said yet what to hold, so the controller goes on with what it held."

_HEATING = (ControlState.HEATING, ControlState.HEATING_MINIMUM)
_COOLING = (ControlState.COOLING, ControlState.COOLING_MINIMUM)


class FirmwareVessel:
    """Serves the vessel of a controller, if it has one; a controller without is only read."""

    def __init__(self, console: Console, speaker: Speaker) -> None:
        self._console = console
        self._speaker = speaker
        self._name = speaker.order.name
        self._follower = Follower()
        self._record = Record()
        self._vessel = ""
        self._heard: Measured | None = None
        self._against = ""

    async def run(self) -> None:
        """Serve it until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell_on())
            tasks.create_task(self._hold_on())

    async def _tell_on(self) -> NoReturn:
        failed = False
        while True:
            await asyncio.sleep(self._console.tick_s)
            try:
                self._tell()
                failed = False
            except Exception:
                if not failed:
                    log.exception("controller.failed", device=self._name, detail=FAILED)
                failed = True
                await asyncio.sleep(FAILED_WAIT_S)

    def _tell(self) -> None:
        order = self._console.desired.held_by(self._name)
        if order is None or order.vessel.id != self._vessel:
            self._record, self._against = Record(), ""
        if order is None:
            return
        self._vessel = order.vessel.id
        measured = self._speaker.measured
        if measured is None:
            self._report(order, Demand(why=(self._speaker.why_away(),)), Levels())
            return
        demand = _demand(measured.state, self._why(order.setpoint, measured))
        self._note(order, Outcome(demand, _seen(measured)), measured.levels)
        self._report(order, demand, measured.levels)

    def _note(self, order: VesselOrder, outcome: Outcome, levels: Levels) -> None:
        wish, now_s = self._now(order), self._console.clock.steady() / 1000.0
        for metric, value in self._record.due(wish, outcome, levels, now_s):
            self._console.sampling.note(SeriesName(VESSEL_ADAPTER, order.vessel.id, metric), value)

    def _now(self, order: VesselOrder) -> Setpoint:
        return self._follower.now(order.setpoint, self._console.clock.now())

    def _why(self, wish: Setpoint, measured: Measured) -> tuple[str, ...]:
        facts = self._speaker.facts
        doing = facts.doing.text if facts is not None and facts.doing is not None else ""
        undecided = UNDECIDED if not _is_decided(wish) and _holds_something(measured) else ""
        only_read = self._speaker.detail if self._speaker.state is ControllerState.STRANGE else ""
        return tuple(text for text in (doing, undecided, only_read, self._against) if text)

    def _report(self, order: VesselOrder, demand: Demand, levels: Levels) -> None:
        beer, chamber = (
            self._console.sampling.present(order.vessel.roles.get(role)) for role in (Role.BEER, Role.CHAMBER)
        )
        report = VesselReport(
            vessel=order.vessel.id,
            at=self._console.clock.now(),
            demand=demand,
            levels=levels,
            beer=beer,
            chamber=chamber,
        )
        self._console.telling.vessel(report)
        self._console.note(order.vessel.id, self._now(order), demand, levels)

    async def _hold_on(self) -> NoReturn:
        while True:
            await asyncio.sleep(self._console.tick_s)
            if (wanted := self._wanted()) is not None:
                await self._hold(wanted)
                await asyncio.sleep(max(0.0, HOLD_S - self._console.tick_s))

    def _wanted(self) -> Held | None:
        """Give what the controller is to be told now; None while it holds that, or may not be told."""
        order, measured = self._console.desired.held_by(self._name), self._speaker.measured
        if order is None or measured is None or measured.held is None or not _is_decided(order.setpoint):
            return None
        is_ours = self._speaker.state is ControllerState.CONNECTED and self._speaker.is_known
        # Only what came after it was told says what it holds since then.
        if not is_ours or measured is self._heard:
            return None
        wanted = _held(self._now(order))
        if _is_same(wanted, measured.held):
            self._against = ""
            return None
        return wanted

    async def _hold(self, wanted: Held) -> None:
        self._heard = self._speaker.measured
        try:
            await within(ANSWER_S, self._speaker.session().hold(wanted))
        except (DeviceLost, Invalid) as error:
            self._refuse(str(error))
        except (Exception, asyncio.CancelledError) as error:
            unless_stopped(error)
            log.debug("controller.raised", device=self._name, exc_info=True)
            self._refuse(f"Driver {self._speaker.order.driver} failed: {error!r}.")

    def _refuse(self, detail: str) -> None:
        """Keep why the wish is not held; the first of several times is said."""
        if not self._against:
            log.warning("controller.holds_something_else", device=self._name, detail=detail)
        self._against = f"The controller does not hold what is wished: {detail}"


def _is_decided(wish: Setpoint) -> bool:
    """Tell whether a person has wished anything; a vessel that is new is off until then."""
    return wish.mode is not Mode.OFF or wish.revision > 1


def _holds_something(measured: Measured) -> bool:
    return measured.held is not None and measured.held.mode is not Mode.OFF


def _held(wish: Setpoint) -> Held:
    if wish.mode is Mode.OFF or wish.value is None:
        return Held(Mode.OFF)
    return Held(wish.mode, round(wish.value, 2))


def _is_same(wanted: Held, held: Held) -> bool:
    if wanted.mode is not held.mode:
        return False
    if wanted.value is None or held.value is None:
        return wanted.value is held.value or wanted.mode is Mode.OFF
    return abs(wanted.value - held.value) <= SAME_C


def _demand(state: ControlState, why: tuple[str, ...]) -> Demand:
    return Demand(heat=float(state in _HEATING), cool=float(state in _COOLING), why=why)


def _seen(measured: Measured) -> Permit:
    return Permit(bool(measured.levels.heat), bool(measured.levels.cool), measured.state)
