"""Errands: what an agent does with its controller at most once, and answers once."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

import structlog
from msgspec import Struct

from krausen.errors import DeviceLost, Fault, Invalid, LinkLost
from krausen.ports.clock import Clock
from krausen.ports.controller import Act
from krausen.server.roster import Roster
from krausen.wire.messages import Errand, ErrandDone

log = structlog.get_logger()

PATIENCE_S = 15.0
"""How long an errand may take."""

Bag = asyncio.Queue[Errand]
"""What an agent is to be asked over the link that it has now."""


class _Open(Struct, frozen=True, eq=False):
    agent: str
    bag: Bag
    answer: "asyncio.Future[ErrandDone]"


class Errands:
    """Gives errands to agents that are here, and waits for what becomes of them.

    `run` names this run of the server, so that its errands are not taken for those of an earlier one.
    """

    def __init__(self, roster: Roster, clock: Clock, run: str, patience_s: float = PATIENCE_S) -> None:
        self._roster = roster
        self._clock = clock
        self._run = run
        self._patience_s = patience_s
        self._numbers = count(1)
        self._bags: dict[str, Bag] = {}
        self._open: dict[str, _Open] = {}

    @contextmanager
    def carried_by(self, agent: str) -> Iterator[Bag]:
        """Take errands for an agent while its link lasts; those without an answer then fail."""
        bag: Bag = asyncio.Queue()
        self._bags[agent] = bag
        try:
            yield bag
        finally:
            if self._bags[agent] is bag:
                del self._bags[agent]
            self._give_up(agent, bag)

    async def run(self, controller: str, act: Act, body: Mapping[str, Any]) -> None:
        """Have something done with a controller. Returns when it is done.

        Raises Invalid with faults into the body when it is refused, LinkLost when the agent is not here or
        leaves, and DeviceLost when the controller does not answer.
        """
        bag = self._bags.get(controller)
        if bag is None:
            raise LinkLost(f"The agent {controller} is not here. See that it runs, then try again.")
        errand = Errand(
            id=f"{self._run}.{next(self._numbers)}",
            controller=controller,
            act=act.value,
            body=dict(body),
            expires_at=self._expiry(controller),
        )
        answer = asyncio.get_running_loop().create_future()
        self._open[errand.id] = _Open(controller, bag, answer)
        bag.put_nowait(errand)
        try:
            async with asyncio.timeout(self._patience_s):
                _check(await answer)
        except TimeoutError as error:
            told = f"{controller} has not answered in time. Look whether it was done before you try again."
            raise DeviceLost(told) from error
        finally:
            del self._open[errand.id]

    def done(self, agent: str, answer: ErrandDone) -> None:
        """Take what became of an errand; an answer that nobody waits for is dropped."""
        waiting = self._open.get(answer.id)
        if waiting is None or waiting.agent != agent or waiting.answer.done():
            log.debug("errand.unasked", agent=agent, errand=answer.id)
        else:
            waiting.answer.set_result(answer)

    def _expiry(self, agent: str) -> int:
        """Give when an errand is void, by the clock of the agent, which may be wrong."""
        known = self._roster.known(agent)
        ahead_ms = (known.clock_ms or 0) if known is not None else 0
        return self._clock.now() + ahead_ms + round(self._patience_s * 1000)

    def _give_up(self, agent: str, bag: Bag) -> None:
        told = f"The agent {agent} has left before it answered. Look whether it was done when it is back."
        for waiting in self._open.values():
            if waiting.bag is bag and not waiting.answer.done():
                waiting.answer.set_exception(LinkLost(told))


def _check(done: ErrandDone) -> None:
    """Raise what a failure stands for; one that is to blame on the body says where."""
    if done.faults:
        raise Invalid(done.detail, [Fault(where, message) for where, message in done.faults])
    if not done.ok:
        raise DeviceLost(done.detail)
