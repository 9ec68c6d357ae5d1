"""Outside services that receive readings from us."""

from enum import StrEnum
from typing import Literal

from msgspec import Struct

Chosen = Literal["all", "none"] | tuple[str, ...]
"""All of them, none, or those with these ids."""


class TargetState(StrEnum):
    """Whether a target is served: `failing` is one that is not, until somebody has mended what it refused."""

    ACTIVE = "active"
    PAUSED = "paused"
    FAILING = "failing"


class Selection(Struct, frozen=True, kw_only=True):
    """What goes to a target: vessels, sensors such as hydrometers, batches and single series, by id."""

    vessels: Chosen = "all"
    sensors: Chosen = "all"
    batches: Chosen = "none"
    series: Chosen = "none"


class Target(Struct, frozen=True, kw_only=True):
    """A service to which readings go every `every_s` seconds, with the settings of its kind."""

    id: str
    name: str
    kind: str
    state: TargetState = TargetState.ACTIVE
    every_s: float
    what: Selection = Selection()
    settings: dict[str, object] = {}
    last_error: str = ""
    revision: int = 1


class Delivery(Struct, frozen=True, kw_only=True):
    """One attempt to send: what was sent and answered, with secrets hidden. `at` in UTC milliseconds.

    `status` is that of HTTP, None where there was none; `detail` says in plain words what became of it.
    """

    at: int
    ok: bool
    status: int | None = None
    detail: str = ""
    request: str = ""
    response: str = ""
    took_ms: int = 0
    test: bool = False
