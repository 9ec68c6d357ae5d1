"""The devices of an agent as they are written down in a file, TOML.

[[probe]]
id = "beer"
driver = "ds18b20"
calibration = { temperature = [0.3, 1.0] }
[probe.settings]
address = "28-0316a279ee0a"

[[relay]]
id = "cooler"
driver = "gpio_relay"
[relay.times]
min_off_s = 300
longest_on_s = 43200
[relay.limits]
max = 25

[limits.fass]
min = 2

[[simulated]]
id = "freezer20"
chamber = "freezer20"
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Struct, ValidationError, convert
from msgspec.structs import fields

from krausen.agent.setup import ProbeSetup, RelaySetup
from krausen.control.interlocks import Times
from krausen.control.limits import Bounds
from krausen.errors import Fault, Invalid
from krausen.model.calibration import Calibration
from krausen.ports.actuator import ActuatorDriver
from krausen.ports.sensor import SensorDriver

S = TypeVar("S", bound=Struct)
D = TypeVar("D")

Table = Mapping[str, Any]
Where = tuple[str | int, ...]

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SAID = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")


class Drivers(Struct, frozen=True):
    """The drivers there are, by name."""

    sensors: Mapping[str, SensorDriver]
    actuators: Mapping[str, ActuatorDriver]


class Simulated(Struct, frozen=True, kw_only=True):
    """A simulated vessel with its probes and relays: a chamber by name, and the seed of its chances."""

    id: str
    chamber: str
    seed: int = 1
    beer_c: Annotated[float, Meta(ge=-5.0, le=100.0)] = 20.0


class DeviceFile(Struct, frozen=True, kw_only=True):
    """What a file of devices says; `limits` are those of vessels, by id."""

    probes: tuple[ProbeSetup, ...] = ()
    relays: tuple[RelaySetup, ...] = ()
    simulated: tuple[Simulated, ...] = ()
    limits: dict[str, Bounds] = {}


def read_devices(text: str, drivers: Drivers) -> DeviceFile:
    """Read a file of devices. Raises Invalid with a fault, and its line, for each thing that is wrong."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid("This is no TOML.", [Fault("", f"{error}.")]) from error
    reader = _Reader(drivers)
    found = reader.file(content)
    if reader.wrong:
        faults = [_fault(text, where, said) for where, said in reader.wrong]
        raise Invalid("These devices cannot be used.", faults)
    return found


class _Probe(Struct, frozen=True):
    id: str
    driver: str
    calibration: dict[str, tuple[float, ...]] = {}
    settings: dict[str, Any] = {}


class _Relay(Struct, frozen=True):
    id: str
    driver: str
    settings: dict[str, Any] = {}
    times: dict[str, Any] = {}
    limits: dict[str, Any] = {}


class _File(Struct, frozen=True):
    probe: list[dict[str, Any]] = []
    relay: list[dict[str, Any]] = []
    simulated: list[dict[str, Any]] = []
    limits: dict[str, dict[str, Any]] = {}


class _Reader:
    """Reads on after something was wrong, so that everything that is gets named."""

    def __init__(self, drivers: Drivers) -> None:
        self._drivers = drivers
        self._ids: set[str] = set()
        self.wrong: list[tuple[Where, str]] = []

    def file(self, content: Table) -> DeviceFile:
        lists = self._struct(_File, content, ()) or _File()
        probes = [self._probe(table, ("probe", n)) for n, table in enumerate(lists.probe)]
        relays = [self._relay(table, ("relay", n)) for n, table in enumerate(lists.relay)]
        simulated = [
            self._named(Simulated, table, ("simulated", n)) for n, table in enumerate(lists.simulated)
        ]
        limits = {
            vessel: self._struct(Bounds, table, ("limits", vessel)) for vessel, table in lists.limits.items()
        }
        return DeviceFile(
            probes=_there(probes),
            relays=_there(relays),
            simulated=_there(simulated),
            limits={vessel: bounds for vessel, bounds in limits.items() if bounds is not None},
        )

    def _probe(self, table: Table, where: Where) -> ProbeSetup | None:
        said = self._named(_Probe, table, where)
        driver = self._driver(self._drivers.sensors, said.driver, where) if said else None
        if said is None or driver is None:
            return None
        settings = self._struct(driver.settings, said.settings, (*where, "settings"))
        metrics = [spec.metric for spec in driver.series]
        calibrations: dict[str, Calibration] = {}
        for metric, coefficients in said.calibration.items():
            place = (*where, "calibration", metric)
            if metric not in metrics:
                self._none_such(place, "metric", metrics)
            else:
                calibration = self._struct(Calibration, {"coefficients": coefficients}, place)
                calibrations[metric] = calibration or Calibration()
        if settings is None:
            return None
        return ProbeSetup(id=said.id, driver=driver, settings=settings, calibrations=calibrations)

    def _relay(self, table: Table, where: Where) -> RelaySetup | None:
        said = self._named(_Relay, table, where)
        driver = self._driver(self._drivers.actuators, said.driver, where) if said else None
        if said is None or driver is None:
            return None
        settings = self._struct(driver.settings, said.settings, (*where, "settings"))
        times = self._struct(Times, said.times, (*where, "times"))
        limits = self._struct(Bounds, said.limits, (*where, "limits"))
        if settings is None or times is None or limits is None:
            return None
        return RelaySetup(id=said.id, driver=driver, settings=settings, times=times, limits=limits)

    def _named(self, kind: type[S], table: Table, where: Where) -> S | None:
        made = self._struct(kind, table, where)
        id = str(table.get("id", ""))
        if made is not None and _ID.fullmatch(id) is None:
            self.wrong.append(((*where, "id"), f"{id!r} is no id: 1 to 64 of a-z, 0-9, - and _."))
        elif made is not None and id in self._ids:
            self.wrong.append(((*where, "id"), f"Another device is called {id} already."))
        self._ids.add(id)
        return made

    def _driver(self, drivers: Mapping[str, D], name: str, where: Where) -> D | None:
        if name not in drivers:
            self._none_such((*where, "driver"), f"driver {name}", sorted(drivers))
        return drivers.get(name)

    def _struct(self, kind: type[S], table: Table, where: Where) -> S | None:
        known = [field.name for field in fields(kind)]
        for key in table.keys() - set(known):
            self._none_such((*where, key), "setting" if where else "list", known)
        try:
            return convert({key: table[key] for key in known if key in table}, kind)
        except ValidationError as error:
            said = _SAID.fullmatch(str(error))
            what, path = (said["what"], said["path"] or "") if said else (str(error), "")
            inside = (int(part) if part.isdecimal() else part for part in re.findall(r"[\w-]+", path))
            self.wrong.append(((*where, *inside), f"{what.rstrip('.')}."))
        return None

    def _none_such(self, where: Where, what: str, known: Sequence[str]) -> None:
        there = f"There are: {', '.join(known)}." if known else "There are none."
        self.wrong.append((where, f"There is no such {what}. {there}"))


def _there(made: Iterable[D | None]) -> tuple[D, ...]:
    return tuple(one for one in made if one is not None)


def _fault(text: str, where: Where, said: str) -> Fault:
    """Make a fault that says in words where it is: the line, as far as it can be found, and the key."""
    keys = [part for part in where if isinstance(part, str)]
    line = _line(text, where, keys) if len(where) > 1 else 0
    place = ", ".join([f"line {line}"] * (line > 0) + keys[-1:])
    return Fault("/" + "/".join(map(str, where)), f"{place}: {said}" if place else said)


def _line(text: str, where: Where, keys: Sequence[str]) -> int:
    """Give the line of the innermost of some keys in the table at a place, else that of its head.

    0 when there is no such table.
    """
    ranks = {key: rank for rank, key in enumerate(keys)}
    found, best = 0, -1
    for line, words in _lines(text, where[0], where[1]):
        rank = max((ranks.get(word, 0) for word in words), default=0)
        if rank > best:
            found, best = line, rank
    return found


def _lines(text: str, kind: str | int, number: str | int) -> Iterator[tuple[int, list[str]]]:
    """Give the lines of the n-th table of a kind, or of the one so named, with the keys that they set.

    Lines are numbered from 1.
    """
    table, name, count = "", "", -1
    for line, words in enumerate(text.splitlines(), 1):
        header = _HEADER.match(words)
        if header is not None:
            table, name = [*re.split(r"\s*\.\s*", header[2]), ""][:2]
            count += header[1] == "[[" and header[2] == kind
        if table == kind and number in (count, name):
            keys = header[2] if header is not None else words.partition("=")[0]
            yield line, re.findall(r"[\w-]+", keys)
