"""A push target as everybody outside sees it, with its secrets hidden."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from krausen.model.target import Chosen, Delivery, Selection
from krausen.ports.catalog import Dates
from krausen.server.pushing.recording import with_hidden
from krausen.server.pushing.runner import Served
from krausen.wire.instants import iso


class RecentBody(Struct, frozen=True):
    """How many of the last hundred deliveries went well, and how many did not."""

    ok: int
    failed: int


class WhatBody(Struct, frozen=True, kw_only=True):
    """What goes there: all of a kind, none, or those with these ids. A sensor goes by that of its gravity."""

    vessels: Chosen = "all"
    sensors: Chosen = "all"
    batches: Chosen = "none"
    series: Chosen = "none"


class DeliveryBody(Struct, frozen=True, kw_only=True):
    """One attempt to send: what was sent and answered, with secrets hidden; `status` is that of HTTP."""

    at: str
    ok: bool
    status: int | None
    detail: str
    request: str
    response: str
    took_ms: int
    test: bool


class TargetBody(Struct, frozen=True, kw_only=True):
    """A push target. A secret among its settings is told as `•••`, and is kept when that is sent back.

    After five failures in a row its `circuit` is open: the service is left alone until `retry_at`.
    """

    id: str
    name: str
    kind: str
    state: str
    every_s: float
    what: WhatBody
    settings: dict[str, Any]
    next_due: str | None
    last_delivery: DeliveryBody | None
    last_error: str
    queue: int
    recent: RecentBody
    circuit: str
    retry_at: str | None
    revision: int
    created_at: str
    updated_at: str


def target_body(served: Served, dates: Dates, now: int, *, brief: bool = False) -> TargetBody:
    """Give a target as everybody outside sees it; `now` is that of the steady clock by which it is served.

    A brief one is without what was sent and answered last.
    """
    target, facts = served.target, served.facts
    last = facts.last
    if last is not None and brief:
        last = replace(last, request="", response="")
    said = "" if last is None or last.ok else last.detail
    return TargetBody(
        id=target.id,
        name=target.name,
        kind=target.kind,
        state=target.state.value,
        every_s=target.every_s,
        what=what_body(target.what),
        settings=with_hidden(target.settings, served.schema),
        next_due=None if facts.next_due is None else iso(facts.next_due),
        last_delivery=None if last is None else delivery_body(last),
        last_error=target.last_error or said,
        queue=facts.queue,
        recent=RecentBody(facts.ok, facts.failed),
        circuit=facts.circuit.state(now).value,
        retry_at=None if facts.retry_at is None else iso(facts.retry_at),
        revision=target.revision,
        created_at=iso(dates.created_at),
        updated_at=iso(dates.updated_at),
    )


def delivery_body(delivery: Delivery) -> DeliveryBody:
    """Give a delivery as everybody outside sees it."""
    return DeliveryBody(
        at=iso(delivery.at),
        ok=delivery.ok,
        status=delivery.status,
        detail=delivery.detail,
        request=delivery.request,
        response=delivery.response,
        took_ms=delivery.took_ms,
        test=delivery.test,
    )


def what_body(what: Selection) -> WhatBody:
    """Give a selection as everybody outside sees it."""
    return WhatBody(vessels=what.vessels, sensors=what.sensors, batches=what.batches, series=what.series)


def selection(what: WhatBody) -> Selection:
    """Give the selection that was asked for."""
    return Selection(vessels=what.vessels, sensors=what.sensors, batches=what.batches, series=what.series)
