"""How the server itself is doing."""

from msgspec import Struct

from krausen import __version__
from krausen.importing.zones import is_zone
from krausen.ports.clock import Clock
from krausen.wire.instants import iso


class Filling(Struct, frozen=True):
    """How much of a simulated past is there, 0 to 1, and the names of the batches that are being made."""

    done: float
    making: tuple[str, ...] = ()


class Health(Struct, frozen=True, kw_only=True):
    """The answer to "how are you".

    `problems` says in words what is degraded; `time` is now, at `speed` times real. Where the machine is too
    slow for the speed that is wanted, `speed` is the one it reaches.
    """

    status: str
    version: str
    time: str
    speed: float
    wanted_speed: float
    zone: str
    demo: bool
    problems: tuple[str, ...]
    filling: Filling | None


class Status:
    """Gathers what is wrong, by cause, until it is well again.

    `reached` is the speed that the machine manages, None where that is the wanted one.
    """

    def __init__(self, clock: Clock, *, zone: str = "UTC", speed: float = 1.0, demo: bool = False) -> None:
        self._clock = clock
        self._zone = self._usual_zone = zone
        self._speed = speed
        self._demo = demo
        self._problems: dict[str, str] = {}
        self.filling: Filling | None = None
        self.reached: float | None = None

    @property
    def demo(self) -> bool:
        """Tell whether this is a demo brewery."""
        return self._demo

    @property
    def speed(self) -> float:
        """How many times real time this site is to live."""
        return self._speed

    @property
    def zone(self) -> str:
        """The IANA name of the site's time zone, as far as that is known."""
        return self._zone

    def go_by(self, zone: object) -> None:
        """Take the zone that was chosen for the site; for what is no name of a zone, the usual one."""
        self._zone = zone if isinstance(zone, str) and is_zone(zone) else self._usual_zone

    def wrong(self, cause: str, text: str) -> None:
        """Something is wrong; `text` says what, in a sentence."""
        self._problems[cause] = text

    def well(self, cause: str) -> None:
        """It is well again."""
        self._problems.pop(cause, None)

    def health(self) -> Health:
        """Give the present state."""
        return Health(
            status="degraded" if self._problems else "ok",
            version=__version__,
            time=iso(self._clock.now()),
            speed=self._speed if self.reached is None else self.reached,
            wanted_speed=self._speed,
            zone=self._zone,
            demo=self._demo,
            problems=tuple(self._problems.values()),
            filling=self.filling,
        )
