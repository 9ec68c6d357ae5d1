"""A controller as sessions speak with it, by whatever way."""

import asyncio
from collections import deque
from typing import Protocol

from krausen.errors import DeviceLost
from krausen.protocols.brewpi.messages import Message
from krausen.protocols.brewpi.requests import Request
from krausen.protocols.brewpi.scalars import Unit
from krausen.protocols.brewpi.version import Version


class Spoilt(DeviceLost):
    """A controller answers, and what it says cannot be read."""


class Speaker(Protocol):
    """A controller as sessions speak with it, by whatever way.

    `told` is what it says unasked, oldest first, for whoever takes it; `woken` is set when there is
    something, and when the controller is gone.
    """

    told: deque[Message]
    woken: asyncio.Event

    @property
    def version(self) -> Version:
        """What it says of itself."""

    @property
    def unit(self) -> Unit:
        """What it speaks, as far as it has said."""

    @property
    def is_unit_known(self) -> bool:
        """Whether it has said what it speaks."""

    @property
    def follows_profiles(self) -> bool:
        """Whether its profile mode is free for profiles of ours."""

    async def ask(self, request: Request) -> Message:
        """Ask, and give the answer. Raises DeviceLost when there is none, Spoilt when it is none."""

    async def tell(self, request: Request) -> Message | None:
        """Tell it to do something; give its last word on that, None where it came spoilt or not at all.

        Whoever tells looks afterwards what came of it. Raises DeviceLost when it is gone.
        """
