"""Hand over why vessels were heated or cooled: oldest first, over again until the server has stored it."""

import asyncio
from typing import NoReturn

from krausen.agent.concerns import set_to
from krausen.agent.reasons import AWAY_S, Reasons
from krausen.errors import LinkLost, StorageAway
from krausen.ports.diary import Unsent
from krausen.ports.link import AgentEnd
from krausen.wire.messages import Desired, FromServer, ReasonsStored, ReasonsTold

BATCH = 50
"""Reasons of one message, which has room for that many of the longest."""


class ReasonsHandOver:
    """Reasons on their way to a server that asks for them, from one link to the next.

    Nothing is told before `timely` is set: until then nobody knows whether its times can be believed. A
    concern of the link (`agent/concerns.py`).
    """

    def __init__(self, reasons: Reasons, timely: asyncio.Event) -> None:
        self._reasons = reasons
        self._timely = timely
        self._asked = asyncio.Event()
        self._stored = asyncio.Event()
        self._under_way: tuple[str, int] | None = None
        self._told_lost = 0

    def forget(self) -> None:
        """Take it that whoever is told next has asked for nothing yet, and has heard of no losses."""
        self._asked.clear()
        self._told_lost = 0

    def heard(self, message: FromServer) -> None:
        """Take whether the server wants to be told, and up to which number it has the reasons of a vessel.

        Raises LinkLost for those that were not sent to it.
        """
        match message:
            case Desired():
                set_to(self._asked, on=message.reasons)
            case ReasonsStored(vessel, through):
                if self._under_way != (vessel, through):
                    raise LinkLost("The server acknowledged reasons that were not sent to it.")
                self._stored.set()

    async def run(self, link: AgentEnd) -> NoReturn:
        """Tell the server over a link, until the link is lost."""
        self._under_way = None
        while True:
            self._reasons.kept.clear()
            await self._asked.wait()
            await self._timely.wait()
            try:
                unsent = await self._reasons.oldest(BATCH)
                if unsent is None:
                    await self._reasons.kept.wait()
                else:
                    await self._hand_over(unsent, link)
                    await self._reasons.stored(unsent)
            except StorageAway as error:
                self._reasons.say_away(error)
                await asyncio.sleep(AWAY_S)

    async def _hand_over(self, unsent: Unsent, link: AgentEnd) -> None:
        self._stored.clear()
        self._under_way = unsent.vessel, unsent.through
        told = ReasonsTold(
            vessel=unsent.vessel, reasons=unsent.reasons, through=unsent.through, given_up=self._losses()
        )
        await link.send(told)
        # However long the server's disk takes: readings go on meanwhile, and tell whether the link lives.
        await self._stored.wait()
        self._under_way = None

    def _losses(self) -> int:
        """Give how many were lost, 0 where this link has heard of all of them."""
        lost, self._told_lost = self._told_lost, self._reasons.given_up
        return 0 if lost == self._told_lost else self._told_lost
