"""Our agents, what hangs on them, and the chambers that they keep."""

import re
from collections.abc import Collection

from msgspec import Struct

from krausen.model.quantities import Quantity
from krausen.model.vessel import VESSEL_ADAPTER

RELAY = "relay"
CONTROLLER = "controller"
KINDS = {Quantity.GRAVITY: "hydrometer", Quantity.TEMPERATURE: "thermometer"}
"""The kind of a device that measures this; the first that fits counts."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


class Agent(Struct, frozen=True, kw_only=True):
    """An agent that was added or has called.

    `version` is the one it told last, `clock_ms` how far its clock was ahead of the server's then; both are
    None before. Times in UTC milliseconds.
    """

    name: str
    known_since: int
    version: str | None = None
    clock_ms: int | None = None
    seen_at: int | None = None


class DeviceFacts(Struct, frozen=True, kw_only=True):
    """A device as its agent last declared it, and as a person calls it; `title` is empty for its own name."""

    agent: str
    node: str
    kind: str = ""
    driver: str = ""
    title: str = ""
    revision: int = 1


class Chamber(Struct, frozen=True, kw_only=True):
    """The cabinet or jacket that an agent keeps and vessels stand in."""

    id: str
    name: str
    agent: str = ""
    revision: int = 1


def is_agent_name(text: str) -> bool:
    """Tell whether an agent may have this name, which is a name of files and of an adapter too."""
    return _NAME.fullmatch(text) is not None and text != VESSEL_ADAPTER


def kind_of(quantities: Collection[Quantity]) -> str:
    """Give the kind of a device that measures these."""
    return next((kind for quantity, kind in KINDS.items() if quantity in quantities), "sensor")
