"""Controller drivers: devices whose own firmware holds the setpoint."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct

from krausen.model.controller import ControllerFacts
from krausen.model.level import Levels
from krausen.model.series import SeriesSpec
from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState
from krausen.ports.sensor import Proven, Sample


class Held(Struct, frozen=True):
    """What a firmware is to hold: a mode, and its temperature, °C, None when off."""

    mode: Mode
    value: float | None = None


class Measured(Struct, frozen=True, kw_only=True):
    """One round of readings: raw samples, and what the firmware holds and does.

    `held` is what it was seen to hold, None while nobody knows; `levels` are what its outputs do; the other
    setpoint, that of the chamber while the beer is held, is among the samples.
    """

    samples: tuple[Sample, ...]
    state: ControlState
    held: Held | None = None
    levels: Levels = Levels()


class Said(Struct, frozen=True):
    """A line of a controller's log in plain words; `level` is info, warning or error."""

    text: str
    level: str = "info"


News = Measured | Said | ControllerFacts
"""What comes from a controller: readings, a line of its log, or all of its facts when one has changed."""


class Act(StrEnum):
    """What a controller can be asked to do once. Their bodies are objects of JSON.

    assign: `{"device": id, "slot", "chamber", "beer", "function", "inverted", "calibration"}`, only what
    changes; `function` `none` frees the device. scan: `{}`, looks for hardware anew. set: `{key: value}` of
    writable parameters. reset: `{"what": "settings" | "constants" | "memory"}`. restart: `{}`. ask: `{}`,
    takes its readings now rather than when they are due.
    """

    ASSIGN = "assign"
    SCAN = "scan"
    SET = "set"
    RESET = "reset"
    RESTART = "restart"
    ASK = "ask"


class Session(Protocol):
    """A controller that is spoken with. Every call raises DeviceLost when it does not answer any more."""

    def news(self) -> AsyncIterator[News]:
        """Give what it tells, until it is lost; readings come at least every few seconds. Called once."""

    async def hold(self, wish: Held) -> None:
        """Have its firmware hold this from now on. Raises Invalid where it cannot, and says why."""

    async def perform(self, act: Act, body: Mapping[str, Any]) -> None:
        """Do something once; what it changed comes as facts. Raises Invalid with faults into the body."""


class ControllerDriver(Struct, frozen=True, kw_only=True):
    """The code that knows one kind of controller.

    `open(settings)` waits until the controller has told who it is; it raises DeviceLost where there is none,
    and Invalid where somebody else of this machine has it. Leaving the context lets go of it; the firmware
    then goes on holding what it was told. `series` are those of its samples; `measures` names the metric of
    each role that it can play for a vessel. `place(settings)` is the same for the same device.
    """

    name: str
    title: str
    series: tuple[SeriesSpec, ...]
    measures: Mapping[str, str]
    settings: type[Struct]
    open: Callable[[Any], AbstractAsyncContextManager[Session]]
    place: Callable[[Any], str]
    every_s: Callable[[Any], float]
    proven: Proven = Proven.SIMULATED
