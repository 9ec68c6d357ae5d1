"""The packets of socket.io, made so that one of them cannot do harm before anybody looks at it."""

from typing import Any

from krausen.links.socketio import EVENT, LISTENERS

SAID = "said"
ASKED = "asked"
"""As which all arrives that is said in the namespace of listeners; what is asked is acknowledged."""
LARGEST_SAID = 65_536
"""Characters of it, with the name of its event."""
_EVENT, _BINARY_EVENT = 2, 5
_DEFAULT = (None, LISTENERS)


def packets_before(packet: Any) -> type:
    """Make a kind of packets, of the library's, that are in one part and name no event of the library.

    What is said in the namespace of listeners becomes `SAID` or `ASKED` with one argument: the list that was
    said, or None if it is binary or too large.
    """

    def decode(self: Any, encoded: str) -> int:
        parts = int(packet.decode(self, encoded) or 0)
        if parts > 1:
            raise ValueError("A frame is one part.")
        if self.packet_type in {_EVENT, _BINARY_EVENT}:
            _disarm(self, fits=self.packet_type == _EVENT and len(encoded) <= LARGEST_SAID)
        return parts

    return type("OnePartPacket", (packet,), {"decode": decode})


def _disarm(packet: Any, *, fits: bool) -> None:
    if packet.namespace in _DEFAULT:
        packet.data = [SAID if packet.id is None else ASKED, packet.data if fits else None]
    elif not isinstance(packet.data, list) or packet.data[:1] != [EVENT]:
        raise ValueError("An agent says one thing.")
