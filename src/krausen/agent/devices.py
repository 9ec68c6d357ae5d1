"""Open, watch and reopen devices. Whatever one of them does, the others go on."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TypeVar

import structlog

from krausen.agent.setup import ProbeSetup, RelaySetup
from krausen.errors import DeviceLost
from krausen.ports.actuator import Relay
from krausen.ports.sensor import Sample

log = structlog.get_logger()

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
LEAVE_S = 5.0
"""A probe has this long to let go of what it holds."""
PATIENCE, PATIENCE_S = 3.0, 10.0
"""A probe that is silent for so many intervals and so many seconds more hangs, and is opened again."""
SWITCH_S = 5.0
"""A relay has this long to open, to obey or to answer."""
RECHECK_S = 10.0
"""A relay that does what it was told is left alone for this long, and a lost one for no longer."""

A = TypeVar("A")
Take = Callable[[ProbeSetup, Sample], None]


async def watch(probe: ProbeSetup, take: Take) -> None:
    """Read a probe for ever. A loss is said once, and so is the return, when it has lasted for a while."""
    told, loop = Once(probe.id, "probe"), asyncio.get_running_loop()
    wait_s, opened_s = FIRST_WAIT_S, loop.time()

    def taken(probe: ProbeSetup, sample: Sample) -> None:
        nonlocal wait_s
        take(probe, sample)
        if loop.time() - opened_s >= wait_s:
            wait_s = FIRST_WAIT_S
            told.back()

    while True:
        opened_s = loop.time()
        # Whatever a driver makes of being cancelled in a task of its own, we still know when we are.
        async with asyncio.TaskGroup() as tasks:
            attempt = tasks.create_task(_attempt(probe, taken, told))
        if attempt.cancelled():
            told.lost(f"Driver {probe.driver.name} failed: it cancelled itself.")
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, LONGEST_WAIT_S)


async def _attempt(probe: ProbeSetup, take: Take, told: "Once") -> None:
    try:
        await _read(probe, take)
    except DeviceLost as error:
        told.lost(str(error))
    except Exception as error:
        log.debug("probe.raised", device=probe.id, exc_info=True)
        told.lost(f"Driver {probe.driver.name} failed: {error!r}.")


async def _read(probe: ProbeSetup, take: Take) -> None:
    patience_s = PATIENCE * probe.driver.every_s(probe.settings) + PATIENCE_S
    samples = probe.driver.samples(probe.settings)
    try:
        while True:
            take(probe, await within(patience_s, anext(samples)))
    finally:
        if isinstance(samples, AsyncGenerator):
            async with asyncio.timeout(LEAVE_S):
                await samples.aclose()


async def within(patience_s: float, answer: Awaitable[A]) -> A:
    """Wait for what a driver gives. Raises DeviceLost when it takes longer, and when nothing more comes."""
    patience = asyncio.timeout(patience_s)
    try:
        async with patience:
            return await answer
    except StopAsyncIteration as error:
        raise DeviceLost("It stopped by itself.") from error
    except TimeoutError as error:
        if not patience.expired():
            raise
        raise DeviceLost(f"Silent for {patience_s:.0f} s.") from error


class Switch:
    """A relay that is opened, told and watched, and opened again after it was lost."""

    def __init__(self, setup: RelaySetup) -> None:
        self.setup = setup
        self._stack = AsyncExitStack()
        self._relay: Relay | None = None
        self._told = Once(setup.id, "relay")
        self._seen: bool | None = None
        self._seen_s = 0.0
        self._wait_s = 0.0
        self._again_s = 0.0
        self._is_retired = False

    async def set(self, *, on: bool) -> bool | None:
        """Tell it, and give what it was then seen to do; None when it does not answer or is retired."""
        now_s = asyncio.get_running_loop().time()
        if self._is_retired or now_s < self._again_s:
            return None
        if self._seen is not on or now_s - self._seen_s >= RECHECK_S:
            self._seen, self._seen_s = await self._apply(on=on), now_s
        return self._seen

    async def _apply(self, *, on: bool) -> bool | None:
        try:
            async with asyncio.timeout(SWITCH_S):
                relay = self._relay or await self._open()
                await relay.apply(on=on)
                seen = await relay.observe()
        except (DeviceLost, TimeoutError) as error:
            self._told.lost(str(error) or f"No answer for {SWITCH_S:.0f} s.")
        except (Exception, asyncio.CancelledError) as error:
            unless_stopped(error)
            log.debug("relay.raised", device=self.setup.id, exc_info=True)
            self._told.lost(f"Driver {self.setup.driver.name} failed: {error!r}.")
        else:
            self._wait_s = 0.0
            self._told.back()
            return seen
        await self.close()
        self._wait_s = min(2 * self._wait_s or FIRST_WAIT_S, RECHECK_S)
        self._again_s = asyncio.get_running_loop().time() + self._wait_s
        return None

    async def retire(self) -> None:
        """Let go of it for good, whoever else goes on telling it what to do."""
        self._is_retired = True
        await self.close()

    async def close(self) -> None:
        """Let go of it; the driver switches it off as it leaves."""
        self._relay = self._seen = None
        stack, self._stack = self._stack, AsyncExitStack()
        try:
            async with asyncio.timeout(SWITCH_S):
                await stack.aclose()
        except (Exception, asyncio.CancelledError) as error:
            unless_stopped(error)
            log.debug("relay.raised", device=self.setup.id, exc_info=True)
            self._told.lost(f"It could not be let go of: {error!r}.")

    async def _open(self) -> Relay:
        self._relay = await self._stack.enter_async_context(self.setup.driver.open(self.setup.settings))
        return self._relay


def unless_stopped(error: BaseException) -> None:
    """Raise a cancellation that is meant for us, not one that a driver has let out of what it waited for."""
    task = asyncio.current_task()
    if isinstance(error, asyncio.CancelledError) and (task is None or task.cancelling()):
        raise error


class Once:
    """Says a loss once and a return once, of a device of a kind."""

    def __init__(self, device: str, kind: str) -> None:
        self._device = device
        self._kind = kind
        self._lost = False

    def lost(self, detail: str) -> None:
        """Say that it was lost, and why, unless that was said."""
        if not self._lost:
            event = f"{self._kind}.lost"
            log.warning(event, device=self._device, detail=detail)
        self._lost = True

    def back(self) -> None:
        """Say that it is back, if it was said to be lost."""
        if self._lost:
            event = f"{self._kind}.back"
            log.info(event, device=self._device)
        self._lost = False
