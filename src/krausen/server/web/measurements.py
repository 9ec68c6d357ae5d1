"""Measurements from everybody who is not an agent of ours."""

from dataclasses import dataclass

from litestar import post
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from krausen.errors import Forbidden, Invalid
from krausen.model.people import Caller
from krausen.model.series import NAME_LONGEST
from krausen.model.vessel import VESSEL_ADAPTER
from krausen.ports.door import Taken
from krausen.server.roster import Roster
from krausen.server.site import Site
from krausen.server.web.call import JSON, Call
from krausen.server.web.errors import ALSO, Refused
from krausen.server.web.guards import measures
from krausen.server.web.rows import Reader, rows_in
from krausen.server.web.times import zones_of

MOST_ROWS = 10_000
LARGEST = 8 * 1024 * 1024
"""Bytes of a request."""

_NAME = Schema(type=OpenAPIType.STRING, min_length=1, max_length=NAME_LONGEST)
_TIMESTAMP = Schema(
    type=OpenAPIType.STRING,
    description="ISO 8601; without an offset it is local time of the adapter's zone.",
    examples=["2026-05-01T18:30:00", "2026-05-01T18:30:00.250+02:00"],
)
_VALUES = Schema(
    type=OpenAPIType.OBJECT,
    description="The values by metric.",
    additional_properties=Schema(type=OpenAPIType.NUMBER),
    examples=[{"temperature": 18.3, "gravity": 1.048}],
)
_ROW = Schema(
    type=OpenAPIType.OBJECT,
    required=["adapter", "node", "timestamp", "data"],
    properties={"adapter": _NAME, "node": _NAME, "timestamp": _TIMESTAMP, "data": _VALUES},
)
_ROWS = Schema(type=OpenAPIType.ARRAY, items=_ROW, max_items=MOST_ROWS)


@dataclass
class TakesRows(Operation):
    """What the description says of the body, which is read by hand."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(content={JSON: OpenAPIMediaType(schema=_ROWS)}, required=True)


@post(
    "/measurements",
    guards=[measures],
    status_code=200,
    request_max_body_size=LARGEST,
    operation_class=TakesRows,
    opt={ALSO: (429,)},
    summary="Send measurements",
)
async def take_measurements(request: Call) -> Taken:
    """Answers once everything is on disk. One bad row refuses all, and nothing is stored.

    Sending the same again is harmless; another value for the same instant replaces the first. An adapter of
    the policy `agreed` may send agreed nodes and metrics alone. A value beyond the bounds of its metric is
    kept as bad. At most 10,000 rows or 8 MiB.
    """
    request.require(JSON)
    return await taken(request.site, await request.body(), request.caller)


async def taken(site: Site, body: bytes, caller: Caller) -> Taken:
    """Take the rows of a body, all or none; they are on disk when this returns.

    Raises Unreadable, Invalid with every fault, Forbidden, Refused when there are too many, and StorageAway.
    """
    rows = rows_in(body)
    if len(rows.items) > MOST_ROWS:
        raise Refused(413, f"Send at most {MOST_ROWS} rows at once, not {len(rows.items)}.")
    for adapter in rows.adapters:
        check_adapter(adapter, caller, site.roster)
    agreements = await site.adapters.agreements(rows.adapters)
    reader = Reader(await zones_of(site, rows.local_adapters), site.clock.now(), agreements)
    try:
        readings = reader.readings(rows)
    except Invalid:
        site.ingest.refused["request"] += len(rows.items)
        raise
    await site.ingest.take(readings)
    return Taken(rows=len(rows.items), readings=len(readings))


def check_adapter(adapter: str, caller: Caller, roster: Roster) -> None:
    """Raise Forbidden unless a caller may write readings of an adapter; nobody writes those of our own."""
    if adapter == VESSEL_ADAPTER or adapter in roster.known_agents():
        raise Forbidden(f"The adapter {adapter} is Krausen's own: use another name.")
    if not caller.may_write(adapter):
        raise Forbidden(f"You may not send readings of the adapter {adapter}.")
