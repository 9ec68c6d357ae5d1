"""A controller as everybody outside sees it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from krausen.model.controller import Choice, Controller, ControllerFacts, Doing, Parameter
from krausen.ports.catalog import Dates
from krausen.wire.instants import iso, iso_or_none

State = Literal["opening", "connected", "strange", "lost", "offline"]
"""How it stands with a controller; `offline` while its agent is not here."""


class ControllerChamber(Struct, frozen=True):
    """A chamber that a controller keeps, by the firmware's number; `devices` are ids of its hardware."""

    id: str
    name: str
    devices: tuple[str, ...]


class ControllerBody(Struct, frozen=True, kw_only=True):
    """A controller, and how it stands with it.

    `state` is `offline` while its agent is not here, `lost` while the agent does not reach it, `strange` when
    it speaks a firmware that we do not know; `detail` says why. `vessel` is the id of the one it holds. What
    it never told is empty.
    """

    name: str
    driver: str
    settings: dict[str, Any]
    revision: int
    created_at: str
    updated_at: str
    state: State
    detail: str
    firmware: str
    board: str
    title: str
    last_seen: str | None
    vessel: str | None
    agent: str
    chambers: list[ControllerChamber]


class DoingBody(Struct, frozen=True, kw_only=True):
    """What a firmware does: its code, that in words, since when, and how long it waits at least."""

    code: int
    text: str
    since: str | None
    remaining_s: float | None


class ControllerDetail(ControllerBody, frozen=True, kw_only=True):
    """A controller with all that it tells but its hardware.

    `display` are the lines of its screen, `slots` how many devices it can be told of, `choices` what those
    may be.
    """

    display: tuple[str, ...]
    doing: DoingBody | None
    parameters: tuple[Parameter, ...]
    choices: tuple[Choice, ...]
    slots: int


class Standing(Struct, frozen=True, kw_only=True):
    """How it stands with a controller, as far as its agent has told; times in UTC ms."""

    state: State
    detail: str = ""
    seen_at: int | None = None
    facts: ControllerFacts = ControllerFacts()
    vessel: str | None = None


def detail_of(controller: Controller, dates: Dates, standing: Standing) -> ControllerDetail:
    """Give a controller with all that it tells."""
    facts = standing.facts
    return ControllerDetail(
        **_summary(controller, dates, standing),
        display=facts.display,
        doing=None if facts.doing is None else _doing(facts.doing),
        parameters=facts.parameters,
        choices=facts.choices,
        slots=facts.slots,
    )


def body_of(controller: Controller, dates: Dates, standing: Standing) -> ControllerBody:
    """Give a controller for a list."""
    return ControllerBody(**_summary(controller, dates, standing))


def _summary(controller: Controller, dates: Dates, standing: Standing) -> dict[str, Any]:
    facts = standing.facts
    return {
        "name": controller.name,
        "driver": controller.driver,
        "settings": controller.settings,
        "revision": controller.revision,
        "created_at": iso(dates.created_at),
        "updated_at": iso(dates.updated_at),
        "state": standing.state,
        "detail": standing.detail,
        "firmware": facts.firmware,
        "board": facts.board,
        "title": facts.title,
        "last_seen": iso_or_none(standing.seen_at),
        "vessel": standing.vessel,
        "agent": controller.name,
        "chambers": list(_chambers(controller, facts)),
    }


def _chambers(controller: Controller, facts: ControllerFacts) -> Iterator[ControllerChamber]:
    """Give the chambers that have hardware or a name, by number."""
    devices: defaultdict[int, list[str]] = defaultdict(list)
    for device in facts.devices:
        if device.chamber > 0:
            devices[device.chamber].append(device.id)
    for number in sorted({*devices, *map(int, controller.chambers)}):
        name = controller.chambers.get(str(number), f"Chamber {number}")
        yield ControllerChamber(str(number), name, tuple(devices[number]))


def _doing(doing: Doing) -> DoingBody:
    return DoingBody(
        code=doing.code, text=doing.text, since=iso_or_none(doing.since), remaining_s=doing.remaining_s
    )
