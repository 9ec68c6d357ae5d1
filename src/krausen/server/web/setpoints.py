"""Wishes for vessels."""

from typing import Annotated

from litestar import put
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from krausen.errors import Stale
from krausen.model.setpoint import Mode
from krausen.model.units import TemperatureUnit, celsius
from krausen.server.setpoints import Wish
from krausen.server.vessels import VesselBody
from krausen.server.web.call import Call
from krausen.server.web.errors import ALSO, Outdated
from krausen.server.web.guards import brewer
from krausen.server.web.instants import Instant, read_instant
from krausen.server.web.times import site_zone


class WishBody(Struct, frozen=True, kw_only=True):
    """What is wished for a vessel: a `value` in the modes chamber and beer, a `profile` in the mode profile.

    A profile begins at `start`, or now; what is held then goes over to it gently. `revision` is the
    `requested.revision` that the sender saw; without it a newer wish is overruled.
    """

    mode: Mode
    value: float | None = None
    unit: TemperatureUnit = "C"
    profile: str | None = None
    start: Instant | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""
    revision: int | None = None


@put("/vessels/{id:str}/setpoint", guards=[brewer], opt={ALSO: (409,)}, summary="Wish for a setpoint")
async def request_setpoint(request: Call, id: FromPath[str], data: JSONBody[WishBody]) -> VesselBody:
    """The vessel with the wish in it; `accepted.state` is `waiting` until its agent answers."""
    site = request.site
    wish = Wish(
        mode=data.mode,
        value=None if data.value is None else celsius(data.value, data.unit),
        profile=data.profile,
        start=None if data.start is None else read_instant("/start", data.start, await site_zone(site)),
        reason=data.reason,
        seen=data.revision,
    )
    try:
        record = await site.setpoints.request(id, wish, request.caller)
    except Stale as failure:
        raise Outdated(str(failure), await site.roster.body(await site.catalog.vessel(id))) from failure
    return await site.roster.body(record)
