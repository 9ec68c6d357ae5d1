"""What guests of a door hear of the live channels."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType, json

from krausen.ports.door import Heard
from krausen.server.live import Live


class LiveHearing:
    """A listener of the live channels for one guest, to be left when done."""

    def __init__(self, live: Live, private: str) -> None:
        self._listener = live.listen()
        self._private = private

    def __enter__(self) -> "LiveHearing":
        """Hear what the door's guests are told."""
        self._listener.subscribe([self._private])
        return self

    def __exit__(self, *_: object) -> None:
        """Hear nothing any more."""
        self._listener.close()

    def subscribe(self, channels: Sequence[str]) -> None:
        """Hear channels as well."""
        self._listener.subscribe(channels)

    def unsubscribe(self, channels: Sequence[str]) -> None:
        """Hear channels no more."""
        self._listener.unsubscribe(channels)

    async def next(self) -> Heard:
        """Wait for what is said next; a gap is passed over, since the present follows it."""
        while True:
            frame = json.decode(await self._listener.next(), type=_Frame)
            if isinstance(frame.channel, str):
                channel = "" if frame.channel == self._private else frame.channel
                return Heard(channel=channel, message=frame.message, by=frame.by)


class _Frame(Struct, frozen=True):
    """A frame as listeners get it, or the word that there is a gap."""

    channel: str | UnsetType = UNSET
    message: Any = None
    by: str = ""
