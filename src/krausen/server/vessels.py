"""A vessel as everybody outside sees it, with its four truths: requested, accepted, demanded, observed."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from krausen.model.level import Demand, Levels
from krausen.model.setpoint import Answer, Setpoint
from krausen.ports.catalog import VesselRecord
from krausen.wire.instants import iso
from krausen.wire.messages import VesselReport


class Requested(Struct, frozen=True, kw_only=True):
    """A wish. `value` in °C."""

    revision: int
    mode: str
    value: float | None
    profile: str | None
    reason: str
    by: str
    at: str


class Accepted(Requested, frozen=True, kw_only=True):
    """The wish that the agent holds, and where the latest one stands."""

    state: str
    detail: str


class Demanded(Struct, frozen=True, kw_only=True):
    """Shares of full heating and cooling power, 0 to 1, and why."""

    heat: float
    cool: float
    why: tuple[str, ...]
    at: str | None


class Observed(Struct, frozen=True, kw_only=True):
    """What was last seen. Temperatures in °C."""

    beer: float | None
    chamber: float | None
    heat: bool | None
    cool: bool | None
    at: str | None
    stale: bool


class VesselLimits(Struct, frozen=True):
    """The setpoints allowed, °C."""

    min: float
    max: float


class VesselBody(Struct, frozen=True, kw_only=True):
    """A vessel as everybody outside sees it.

    `roles` names series ids, `batch` the running one, `chamber` is the id of where it stands.
    """

    id: str
    name: str
    kind: str
    agent: str
    algorithm: str
    settings: dict[str, Any]
    revision: int
    created_at: str
    updated_at: str
    limits: VesselLimits
    roles: dict[str, str]
    chamber: str | None
    batch: str | None
    requested: Requested
    accepted: Accepted
    demanded: Demanded
    observed: Observed


def body_of(
    record: VesselRecord,
    *,
    roles: Mapping[str, str],
    batch: str | None,
    report: VesselReport | None,
    is_stale: bool,
) -> VesselBody:
    """Give a vessel with its series ids by role, its running batch, and what its agent reported last."""
    vessel = record.vessel
    return VesselBody(
        id=vessel.id,
        name=vessel.name,
        kind=vessel.kind,
        agent=vessel.agent,
        algorithm=vessel.algorithm,
        settings=vessel.settings,
        revision=vessel.revision,
        created_at=iso(record.created_at),
        updated_at=iso(record.updated_at),
        limits=VesselLimits(vessel.limits.min, vessel.limits.max),
        roles=dict(roles),
        chamber=vessel.chamber,
        batch=batch,
        requested=_requested(record.requested),
        accepted=_accepted(record.answer),
        demanded=_demanded(report),
        observed=_observed(report, is_stale=is_stale),
    )


def _observed(report: VesselReport | None, *, is_stale: bool) -> Observed:
    levels = Levels() if report is None else report.levels
    return Observed(
        beer=None if report is None else report.beer,
        chamber=None if report is None else report.chamber,
        heat=levels.heat,
        cool=levels.cool,
        at=None if report is None else iso(report.at),
        stale=is_stale,
    )


def _demanded(report: VesselReport | None) -> Demanded:
    demand = Demand() if report is None else report.demand
    at = None if report is None else iso(report.at)
    return Demanded(heat=demand.heat, cool=demand.cool, why=demand.why, at=at)


def _requested(wish: Setpoint) -> Requested:
    return Requested(
        revision=wish.revision,
        mode=wish.mode.value,
        value=wish.value,
        profile=wish.profile,
        reason=wish.reason,
        by=wish.by,
        at=iso(wish.at),
    )


def _accepted(answer: Answer) -> Accepted:
    wish = answer.setpoint
    return Accepted(
        revision=wish.revision,
        mode=wish.mode.value,
        value=wish.value,
        profile=wish.profile,
        reason=wish.reason,
        by=wish.by,
        at=iso(answer.at),
        state=answer.state.value,
        detail=answer.detail,
    )
