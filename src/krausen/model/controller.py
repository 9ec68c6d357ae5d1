"""Devices whose own firmware holds a setpoint: what people told of them, and what they tell of themselves."""

from enum import StrEnum

from msgspec import Struct


class Controller(Struct, frozen=True, kw_only=True):
    """A controller that people told us of. The agent that speaks with it bears its name.

    `settings` are those of its driver; `chambers` are the names people gave to the chambers it keeps, by the
    firmware's number written as text.
    """

    name: str
    driver: str
    settings: dict[str, object] = {}
    chambers: dict[str, str] = {}
    revision: int = 1


class ControllerState(StrEnum):
    """How it stands between an agent and its controller.

    A strange one speaks, but not a firmware that we know: it is read and never told anything.
    """

    OPENING = "opening"
    CONNECTED = "connected"
    STRANGE = "strange"
    LOST = "lost"


class Doing(Struct, frozen=True, kw_only=True):
    """What a firmware is doing: a code, the same in plain words, and since when, UTC milliseconds.

    `remaining_s` is how long it will wait at least before it does something else, None when it does not say.
    """

    code: int
    text: str
    since: int | None = None
    remaining_s: float | None = None


class Parameter(Struct, frozen=True, kw_only=True):
    """A value that a firmware goes by, or works with.

    `group` is `settings`, `constants` or `variables`. `unit` is `°C`, `K` (a difference of temperatures),
    `s`, `on` (a truth) or empty. `default`, `least` and `most` are None where there is none;
    `options` are the words that a value may be, where it is one of a few.
    """

    key: str
    group: str
    title: str
    text: str
    value: float | str | bool | None
    unit: str = ""
    default: float | str | bool | None = None
    least: float | None = None
    most: float | None = None
    options: tuple[str, ...] = ()
    writable: bool = False


class IoDevice(Struct, frozen=True, kw_only=True):
    """An input or output of a controller, in a slot (0 and up) or free, by an id that its place gives it.

    Chambers and beers count from 1, 0 is neither. `function`, `hardware` and `device_type` are words of the
    driver, `function` is `none` for what is free. `calibration` is °C added to what a probe says. `value` is
    °C or a truth, None where nobody knows.
    """

    id: str
    slot: int | None = None
    chamber: int = 0
    beer: int = 0
    function: str = "none"
    hardware: str
    device_type: str
    address: str = ""
    pin: int | None = None
    inverted: bool = False
    calibration: float = 0.0
    value: float | bool | None = None
    title: str = ""


class Choice(Struct, frozen=True, kw_only=True):
    """A function that may be assigned: its word and title, the hardware it may have, and whose it is."""

    function: str
    title: str
    device_type: str
    hardware: tuple[str, ...]
    of_beer: bool = False


class ControllerFacts(Struct, frozen=True, kw_only=True):
    """What a controller tells of itself. `display` are the lines of its screen.

    `strange` says in plain words why it is only read, and is empty for a firmware that we know.
    """

    strange: str = ""
    firmware: str = ""
    board: str = ""
    title: str = ""
    slots: int = 0
    display: tuple[str, ...] = ()
    doing: Doing | None = None
    parameters: tuple[Parameter, ...] = ()
    devices: tuple[IoDevice, ...] = ()
    choices: tuple[Choice, ...] = ()


class Found(Struct, frozen=True, kw_only=True):
    """A device that was found and that nobody uses yet: how a driver would open it.

    `id` is the same whenever and by whomever it is found; `text` says in plain words what and where it is.
    """

    id: str
    kind: str
    driver: str
    title: str
    text: str = ""
    settings: dict[str, object] = {}
