"""InfluxDB 1, 2 and 3, and what else takes its line protocol, such as VictoriaMetrics and QuestDB.

Each reading becomes a point of one measurement, tagged with its adapter and node; its metric names the field:
`krausen,adapter=pi,node=beer temperature=18.4 1790000000000`. Readings that are known to be bad are not told.
One that is sent again, or was changed, replaces the one that is there.
"""

from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from msgspec import Meta, Struct

from krausen.errors import TargetRefused
from krausen.ports.target import (
    SECRET,
    Courier,
    Post,
    PushTarget,
    Reply,
    Sends,
    Shipment,
    Value,
    judged,
    told,
)
from krausen.protocols.line_protocol import Point, encode
from krausen.push.requests import Address, proof

Version = Literal["1", "2", "3"]

_TAKEN: Final = frozenset({"adapter", "node", "time"})
"""Names that mean something else in a point; a metric that is called so gets an underscore behind it."""
_PART: Final = b"partial write"
"""With these words every version says that it wrote what it could, and leaves out the rest for good."""


class Settings(Struct, frozen=True, kw_only=True):
    """Where it is, and as whom and into what we write."""

    url: Annotated[
        Address,
        Meta(
            title="Address",
            description="Of the server, such as http://influx.local:8086",
        ),
    ]
    version: Annotated[Version, Meta(title="Version of InfluxDB")] = "2"
    database: Annotated[
        str,
        Meta(title="Database", description="In version 2 it is called bucket", min_length=1, max_length=200),
    ] = "krausen"
    organization: Annotated[str, Meta(title="Organization", description="Version 2", max_length=200)] = ""
    measurement: Annotated[
        str,
        Meta(
            title="Measurement",
            description="In version 3 it is called table",
            pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$",
            max_length=100,
        ),
    ] = "krausen"
    token: Annotated[
        str,
        Meta(title="Token", description="Versions 2 and 3", max_length=500, extra_json_schema=SECRET),
    ] = ""
    login: Annotated[str, Meta(title="Login", description="Version 1", max_length=200)] = ""
    password: Annotated[
        str, Meta(title="Password", description="Version 1", max_length=200, extra_json_schema=SECRET)
    ] = ""


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Write the readings, each as a point. Raises TargetBusy, TargetRefused."""
    body = encode(_point(settings, one) for one in shipment.values if one.is_usable)
    if not body:
        return
    headers = {"Content-Type": "text/plain; charset=utf-8", **_proof(settings)}
    post = Post(url=address_of(settings), body=body, headers=headers)
    _judge(await courier.request(post), shipment.now)


def address_of(settings: Settings) -> str:
    """Give where points are written to, by the version's interface."""
    name, organization = settings.database, settings.organization
    path, query = {
        "1": ("write", {"db": name, "precision": "ms"}),
        "2": ("api/v2/write", {"org": organization, "bucket": name, "precision": "ms"}),
        "3": ("api/v3/write_lp", {"db": name, "precision": "millisecond"}),
    }[settings.version]
    return f"{settings.url.rstrip('/')}/{path}?{urlencode(query)}"


def _proof(settings: Settings) -> dict[str, str]:
    scheme = "Bearer" if settings.version == "3" else "Token"
    return proof(settings.token, settings.login, settings.password, scheme=scheme)


def _point(settings: Settings, value: Value) -> Point:
    field = f"{value.metric}_" if value.metric in _TAKEN else value.metric
    return Point(
        line=0,
        measurement=settings.measurement,
        tags=(("adapter", value.adapter), ("node", value.node)),
        fields=((field, value.v),),
        t=value.t,
    )


def _judge(reply: Reply, now: int) -> None:
    """Raise what an answer means. What is left out for good is not sent again: the rest has been written."""
    if reply.status in (400, 422) and _PART in reply.body:
        return
    if reply.status in (400, 413, 422):
        raise TargetRefused(f"The service does not take our points ({told(reply)}). Check the version.")
    if reply.status == 404:
        raise TargetRefused(f"There is no such database or address ({told(reply)}). Check both.")
    judged(reply, now)


TARGET = PushTarget(
    name="influxdb",
    title="InfluxDB",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors", "series"}),
    usual_s=60.0,
    sends=Sends.EVERY,
    most=5000,
)
