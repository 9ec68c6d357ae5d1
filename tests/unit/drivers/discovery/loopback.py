"""Whether a machine hears its own multicast on the loopback interface; a sandbox may not let it."""

import socket
import struct
from functools import cache

HERE = "127.0.0.1"
GROUP = "224.0.0.251"
WAIT_S = 2.0


@cache
def hears_itself() -> bool:
    """Send a datagram to the group of multicast DNS over loopback, at a port of our own, and listen."""
    loopback = socket.inet_aton(HERE)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth,
    ):
        try:
            ear.bind(("", 0))
            ear.settimeout(WAIT_S)
            membership = struct.pack("4s4s", socket.inet_aton(GROUP), loopback)
            ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
            mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, loopback)
            mouth.sendto(b"?", (GROUP, ear.getsockname()[1]))
            return ear.recv(16) == b"?"
        except OSError:
            return False
