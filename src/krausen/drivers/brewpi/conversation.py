"""A conversation with a firmware: one request at a time, and what it says unasked.

Nothing tells which answer belongs to which request but its letter. So a request waits for the first line that
can be its answer; an answer that came spoilt is asked for again, and one that comes too late is taken as
something that was said unasked.
"""

import asyncio
from asyncio import Future

from msgspec import Struct

from krausen.drivers.brewpi.answers import Expected, expected, unit_of
from krausen.drivers.brewpi.lines import Ear, Line
from krausen.drivers.brewpi.speaker import Speaker, Spoilt
from krausen.errors import DeviceLost, Invalid
from krausen.protocols.brewpi import messages, requests
from krausen.protocols.brewpi.framing import Incoming, take
from krausen.protocols.brewpi.logs import Log, Text
from krausen.protocols.brewpi.messages import Message
from krausen.protocols.brewpi.parameters import Constants, Settings
from krausen.protocols.brewpi.requests import (
    Ask,
    Request,
)
from krausen.protocols.brewpi.temperatures import Temperatures
from krausen.protocols.brewpi.version import Version

PATIENCE_S = 10.0
"""So long an answer may take."""
STALLED_S = 2.0
"""An answer that has begun goes on sooner than this."""
SILENCES = 2
"""So many times a request is made that is not answered at all."""
SPOILT = 6
"""So many times a request is made whose answer comes spoilt."""
GREETINGS, GREETING_S = 10, 2.0
"""A board that starts when its port is opened hears nothing for some seconds."""


class Conversation(Speaker, Ear):
    """A conversation over a line that carries the firmware's own words."""

    def __init__(self, patience: float = 1.0) -> None:
        super().__init__()
        self._patience = patience
        self._line: Line | None = None
        self._ended = ""
        self._incoming = Incoming()
        self._is_heard = False
        self._waiting: _Waiting | None = None

    @property
    def follows_profiles(self) -> bool:
        """A firmware has no profiles of its own, only a mode for them."""
        return True

    async def greet(self, line: Line) -> None:
        """Ask over a line who is there, until it says the same twice. Raises DeviceLost.

        Stray bytes may make another firmware of the one that is there, and that would be a stranger.
        """
        self._line = line
        heard: Version | None = None
        async with self._turn:
            for _ in range(GREETINGS):
                version = await self._exchange(Ask.VERSION, GREETING_S)
                if isinstance(version, Version):
                    if version == heard:
                        self._version = version
                        return
                    heard = version
        raise DeviceLost(
            f"It does not say who it is for {GREETINGS * GREETING_S:.0f} s. "
            "Check that a BrewPi firmware is on it and that it speaks at 57600 baud."
        )

    async def ask(self, request: Request) -> Message:
        """Ask, again where the answer is spoilt or missing. Raises DeviceLost."""
        silences = spoilt = 0
        async with self._turn:
            while silences < SILENCES and spoilt < SPOILT:
                answer = await self._exchange(request, PATIENCE_S)
                if isinstance(answer, _Missing):
                    silences += answer.silent
                    spoilt += not answer.silent
                else:
                    return answer
        if spoilt < SPOILT:
            raise DeviceLost(f"It has not answered for {silences * PATIENCE_S:.0f} s. Check cable and power.")
        raise Spoilt("What it says is spoilt again and again. Check cable, earth and power supply.")

    async def tell(self, request: Request) -> Message | None:
        """Tell once. Raises DeviceLost."""
        async with self._turn:
            answer = await self._exchange(request, PATIENCE_S)
        return None if isinstance(answer, _Missing) else answer

    def heard(self, chunk: bytes) -> None:
        """Take what came in."""
        self._is_heard = True
        self._incoming, lines = take(self._incoming, chunk)
        for line in lines:
            self._take(line)

    def ended(self, why: str) -> None:
        """Take it that the line is gone."""
        self._ended = why
        self.woken.set()
        if self._waiting is not None and not self._waiting.answer.done():
            self._waiting.answer.set_exception(DeviceLost(why))

    async def _exchange(self, request: Request, patience_s: float) -> "Message | _Missing":
        if self._ended or self._line is None:
            raise DeviceLost(self._ended or "There is no line to it.")
        said = requests.encode(request, self._version.family, self.unit)
        line = expected(request)
        if line is None:
            self._line.say(said)
            return _Missing(silent=False)
        waiting = _Waiting(line, asyncio.get_running_loop().create_future())
        self._waiting, self._is_heard = waiting, False
        self._line.say(said)
        try:
            return await self._awaited(waiting, patience_s)
        finally:
            self._waiting = None

    async def _awaited(self, waiting: "_Waiting", patience_s: float) -> "Message | _Missing":
        """Wait for an answer; one that has begun and does not go on has lost its end."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + patience_s * self._patience
        while True:
            before = self._incoming.rest
            await asyncio.wait(
                [waiting.answer], timeout=min(STALLED_S * self._patience, until_s - loop.time())
            )
            if waiting.answer.done():
                return waiting.answer.result()
            has_stalled = before == self._incoming.rest and waiting.expected.front in before
            if has_stalled or loop.time() >= until_s:
                return _Missing(silent=not self._is_heard)

    def _take(self, line: str) -> None:
        try:
            message = messages.decode(line, self._version.family, self.unit)
        except Invalid:
            self._unit = unit_of(line) or self._unit
            self._spoilt(line)
            return
        if isinstance(message, Constants):
            self._unit = message.unit
        is_answer = self._answer(line, message)
        if is_answer and isinstance(message, Temperatures):
            for note in filter(None, (message.beer_note, message.fridge_note)):
                self._tell(Text(note))
        elif not is_answer or isinstance(message, Log):
            self._tell(message)
        if isinstance(message, Text):
            self._spoilt(line)

    def _spoilt(self, line: str) -> None:
        """Take a line that makes no sense; behind another one without its end there may be an answer."""
        waiting = self._waiting
        if waiting is None:
            return
        at = line.rfind(waiting.expected.front.decode())
        if at > 0:
            self._take(line[at:])
        elif at == 0:
            self._answer(line, _Missing(silent=False))

    def _answer(self, line: str, message: "Message | _Missing") -> bool:
        """Hand a line to whoever waits for one like it."""
        waiting = self._waiting
        if waiting is None or waiting.answer.done() or line[:1] != waiting.expected.letter:
            return False
        if not isinstance(message, _Missing) and not waiting.expected.is_it(message):
            return False
        waiting.answer.set_result(message)
        return True

    def _tell(self, message: Message) -> None:
        if isinstance(message, Log | Text | Temperatures | Constants | Settings):
            self.told.append(message)
            self.woken.set()


class _Missing(Struct, frozen=True):
    """No answer: none at all, or a spoilt one."""

    silent: bool


class _Waiting(Struct, frozen=True):
    expected: Expected
    answer: "Future[Message | _Missing]"
