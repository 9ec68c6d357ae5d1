"""Who may knock at a door: from which networks, and how often."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from krausen.errors import Fault, Forbidden, Throttled

PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
"""The networks that lead nowhere else (RFC 1918, 3927, 4193, 4291), and the machine itself."""
KNOCKS_A_SECOND = 50
KNOCKS_AT_ONCE = 100
"""So often may one address knock at one door for long, and so often in a row."""
REMEMBERED = 1024
"""Addresses whose pace is remembered; one more and those that have rested are forgotten."""
MOST_NETWORKS = 100

Network = IPv4Network | IPv6Network


def faults_in(allow: Sequence[str], where: str) -> Iterator[Fault]:
    """Name every text among these that is no network."""
    if len(allow) > MOST_NETWORKS:
        yield Fault(where, f"Name at most {MOST_NETWORKS} networks.")
    for place, text in enumerate(allow[:MOST_NETWORKS]):
        try:
            ip_network(text)
        except ValueError:
            told = "This is no network. One looks like 192.168.1.0/24, or 192.168.1.20 for one address."
            yield Fault(f"{where}/{place}", told)


class Admission:
    """Lets guests of one door in; an empty list of networks lets everybody in."""

    def __init__(self, allow: Iterable[str]) -> None:
        self._networks: list[Network] = [ip_network(text) for text in allow]
        self._pace = Pace()

    def check(self, address: str, now: int) -> None:
        """Raise Forbidden or Throttled unless a guest may come in `now`, in ms of a steady clock."""
        if not self._knows(address):
            raise Forbidden(f"This door lets nobody in from {address or 'there'}: an admin adds the network.")
        self._pace.take(address, now)

    def _knows(self, address: str) -> bool:
        if not self._networks:
            return True
        try:
            found = _plain(ip_address(address.partition("%")[0]))
        except ValueError:
            return False
        return any(found in network for network in self._networks)


class Pace:
    """How often each address may knock: a bucket of knocks that fills again evenly. Times in ms."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, int]] = {}

    def take(self, address: str, now: int) -> None:
        """Take a knock out of the bucket of an address. Raises Throttled when none is left."""
        left = self._left(address, now)
        if left < 1.0:
            raise Throttled(f"{KNOCKS_A_SECOND} calls a second are enough. Wait a second.", 1)
        if address not in self._buckets and len(self._buckets) >= REMEMBERED:
            self._forget(now)
        self._buckets[address] = (left - 1.0, now)

    def _left(self, address: str, now: int) -> float:
        left, then = self._buckets.get(address, (float(KNOCKS_AT_ONCE), now))
        return min(float(KNOCKS_AT_ONCE), left + (now - then) * KNOCKS_A_SECOND / 1000.0)

    def _forget(self, now: int) -> None:
        """Forget who has rested, and where nobody has, who knocked least of late."""
        left = {address: self._left(address, now) for address in self._buckets}
        rested = [address for address, knocks in left.items() if knocks >= KNOCKS_AT_ONCE]
        for address in rested or sorted(left, key=left.__getitem__, reverse=True)[: REMEMBERED // 2]:
            del self._buckets[address]


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Give an IPv4 address that came in the clothes of IPv6 as what it is."""
    inside = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return inside or address
