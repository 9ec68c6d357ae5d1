"""Their WebSocket: subscribe, unsubscribe, ping, and everything of the channels that were asked for."""

import asyncio
from typing import NoReturn

from krausen.doors.maelstrom.here import Here
from krausen.doors.maelstrom.telling import Envelope, Telling, listen
from krausen.ports.door import Hearing, Messages
from krausen.protocols.maelstrom import CHANNELS, NOTICES, PONG, envelope, read_frame

KNOWN = frozenset({*CHANNELS, *NOTICES})


async def converse(here: Here, messages: Messages) -> None:
    """Talk until the guest has gone. Raises what ends the conversation, in an exception group."""
    with here.site.hearing() as hearing:
        listener = Listener(here, messages, hearing)
        async with asyncio.TaskGroup() as tasks:
            speaking = tasks.create_task(listener.speak())
            await listener.hear()
            speaking.cancel()


class Listener:
    """One page of theirs."""

    def __init__(self, here: Here, messages: Messages, hearing: Hearing) -> None:
        self._messages = messages
        self._hearing = hearing
        self._telling = Telling(here)
        self._wanted: set[str] = set()

    async def hear(self) -> None:
        """Do what the guest says until they have gone; what makes no sense is passed over."""
        while (text := await self._messages.receive()) is not None:
            match read_frame(text):
                case ("ping", _):
                    await self._messages.send(PONG)
                case ("subscribe", channel) if channel in KNOWN - self._wanted:
                    await self._subscribe(channel)
                case ("unsubscribe", channel) if channel in self._wanted:
                    self._wanted.discard(channel)
                    listen(self._hearing, self._wanted)

    async def speak(self) -> NoReturn:
        """Tell what is said, for ever."""
        while True:
            for told in await self._telling.told(await self._hearing.next()):
                await self._tell(told)

    async def _subscribe(self, channel: str) -> None:
        present = await self._telling.present() if channel == "data" else []
        self._wanted.add(channel)
        listen(self._hearing, self._wanted)
        for told in present:
            await self._tell(told)

    async def _tell(self, told: Envelope) -> None:
        if told["channel"] in self._wanted:
            await self._messages.send(envelope(told["channel"], told["data"]))
