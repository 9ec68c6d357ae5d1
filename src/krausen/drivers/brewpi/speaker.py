"""A controller as sessions speak with it, by whatever way."""

import asyncio
from abc import ABC, abstractmethod
from collections import deque

from krausen.errors import DeviceLost
from krausen.protocols.brewpi.messages import Message
from krausen.protocols.brewpi.requests import Request
from krausen.protocols.brewpi.scalars import Unit
from krausen.protocols.brewpi.version import Version

MOST_TOLD = 200


class Spoilt(DeviceLost):
    """A controller answers, and what it says cannot be read."""


class Speaker(ABC):
    """A controller as sessions speak with it, by whatever way.

    `told` is what it says unasked, oldest first, for whoever takes it; `woken` is set when there is
    something, and when the controller is gone.
    """

    def __init__(self) -> None:
        self.told: deque[Message] = deque(maxlen=MOST_TOLD)
        self.woken = asyncio.Event()
        self._version = Version(version="")
        self._unit: Unit | None = None
        self._turn = asyncio.Lock()

    @property
    def version(self) -> Version:
        """What it says of itself, once it was greeted."""
        return self._version

    @property
    def unit(self) -> Unit:
        """What it speaks, by the last constants that it told."""
        return self._unit or "C"

    @property
    def is_unit_known(self) -> bool:
        """Whether it has told its constants."""
        return self._unit is not None

    @property
    @abstractmethod
    def follows_profiles(self) -> bool:
        """Whether its profile mode is free for profiles of ours."""

    @abstractmethod
    async def ask(self, request: Request) -> Message:
        """Ask, and give the answer. Raises DeviceLost when there is none, Spoilt when it is none."""

    @abstractmethod
    async def tell(self, request: Request) -> Message | None:
        """Tell it to do something; give its last word on that, None where it came spoilt or not at all.

        Whoever tells looks afterwards what came of it. Raises DeviceLost when it is gone.
        """
