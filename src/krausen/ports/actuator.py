"""Actuator drivers: something that can be told on or off, and watched."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from msgspec import Struct

from krausen.ports.sensor import Proven


class Relay(Protocol):
    """An output. Both calls raise DeviceLost when it does not answer."""

    async def apply(self, *, on: bool) -> None:
        """Tell it to be on or off."""

    async def observe(self) -> bool:
        """Tell what it does now, as far as the hardware can know."""


class ActuatorDriver(Struct, frozen=True, kw_only=True):
    """The code that knows one kind of output. Leaving the context of `open` switches it off."""

    name: str
    title: str
    settings: type[Struct]
    open: Callable[[Any], AbstractAsyncContextManager[Relay]]
    proven: Proven = Proven.SIMULATED
