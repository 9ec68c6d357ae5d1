"""What Telegraf and many others write to InfluxDB 1 and 2: its line protocol.

A point's numbers become readings: the node is its measurement with its tags, `cpu,cpu=cpu0,host=pi`, the
metric is the field. Truth values become 1 and 0, texts are left out. Nothing of a request is stored unless
every line of it is right. Databases, buckets and organisations are not looked at.
"""

import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from krausen.errors import Fault, Invalid, Unproven
from krausen.ports.door import Answer, Door, Exchange, Measured, Paths, Proof, Site, status_of
from krausen.protocols.line_protocol import Point, decode, wrong_lines

LARGEST = 8 * 1024 * 1024
"""Bytes of a body, unpacked."""
MOST_LINES = 10_000
_CODES: Final = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    413: "request too large",
    429: "too many requests",
    503: "unavailable",
}
"""What InfluxDB 2 calls its refusals."""
JSON = "application/json"

_GZIP = zlib.MAX_WBITS | 16
_ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", "=": "\\="})


class TooLarge(Invalid):
    """The sender should try with less at a time."""


class Settings(Struct, frozen=True, kw_only=True):
    """How points become readings."""

    tags: Annotated[
        str,
        Meta(
            title="Tags that name the node",
            description="Their names with commas between, in this order; all tags when empty",
            max_length=400,
        ),
    ] = ""


def paths(_: Settings) -> Sequence[str]:
    """Give where InfluxDB 1 and 2 are written to."""
    return ["/write", "/api/v2/write"]


def authorization(request: Exchange) -> str:
    """Give the proof as HTTP does: of `Token …`, of `u` and `p` in the address, else as it came.

    A token with a colon is login and password, which is how InfluxDB 1.8 takes them at its newer address.
    """
    sent = request.headers.get("authorization", "")
    kind, _, proof = sent.partition(" ")
    if kind.lower() == "token":
        return _basic(proof.strip()) if ":" in proof else f"Bearer {proof.strip()}"
    if not sent and "u" in request.query:
        return _basic(f"{request.query['u']}:{request.query.get('p', '')}")
    return sent


async def exchange(settings: Settings, request: Exchange, site: Site) -> Answer:
    """Store the points of a body. Raises Invalid, with the faults by their lines."""
    body = _unpacked(request.body, request.headers.get("content-encoding", "identity"))
    if body.count(b"\n") > MOST_LINES:
        raise TooLarge(f"Send at most {MOST_LINES} lines at once.")
    points = decode(body, request.query.get("precision") or "ns")
    names = [name.strip() for name in settings.tags.split(",") if name.strip()]
    found = [(point.line, one) for point in points for one in _measured(point, names)]
    try:
        await site.store([one for _, one in found])
    except Invalid as failure:
        raise _by_line(failure, [line for line, _ in found]) from failure
    return Answer(status=204)


def refusal(failure: Exception) -> Answer:
    """Say what is wrong as InfluxDB 2 does, and in `error` as InfluxDB 1 does."""
    match failure:
        case Unproven():
            status, headers = 401, {"www-authenticate": 'Basic realm="krausen"'}
        case TooLarge():
            status, headers = 413, {}
        case _:
            status, headers = status_of(failure, usual=400)
    said = {"code": _CODES[status], "message": str(failure), "error": str(failure)}
    return Answer(status=status, body=msgspec.json.encode(said), media_type=JSON, headers=headers)


def node_of(point: Point, names: Sequence[str] = ()) -> str:
    """Give the node of a point: two points have the same only if measurement and tags are the same.

    `names` choose tags and their order; without them all count, in the order of their names.
    """
    tags = dict(point.tags)
    chosen = [name for name in names if name in tags] if names else sorted(tags)
    return ",".join(
        [_escaped(point.measurement), *(f"{_escaped(key)}={_escaped(tags[key])}" for key in chosen)]
    )


def _measured(point: Point, names: Sequence[str]) -> Iterator[Measured]:
    node = node_of(point, names)
    for metric, value in point.fields:
        if not isinstance(value, str):
            yield Measured(node=node, metric=metric, value=float(value), t=point.t)


def _escaped(name: str) -> str:
    return name.translate(_ESCAPES)


def _by_line(failure: Invalid, lines: Sequence[int]) -> Invalid:
    faults = [Fault(f"line:{lines[int(one.where.split('/')[1])]}", one.message) for one in failure.faults]
    return wrong_lines(faults) if faults else failure


def _unpacked(body: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "" | "identity":
            plain = body
        case "gzip" | "x-gzip":
            plain = _gunzipped(body)
        case _:
            raise Invalid(f"Send it plain or packed by gzip, not as {encoding[:20]!r}.")
    if len(plain) > LARGEST:
        raise TooLarge(f"Send at most {LARGEST} bytes at once, unpacked.")
    return plain


def _gunzipped(body: bytes) -> bytes:
    """Unpack a gzip body (RFC 1952), but no more than one byte too many."""
    member = zlib.decompressobj(_GZIP)
    try:
        plain = member.decompress(body, LARGEST + 1)
    except zlib.error as error:
        raise Invalid("The body says that it is packed by gzip, and is not.") from error
    if len(plain) <= LARGEST and (not member.eof or member.unused_data):
        raise Invalid("The packed body ends early, or something stands behind it.")
    return plain


def _basic(login_and_password: str) -> str:
    return "Basic " + b64encode(login_and_password.encode()).decode()


DOOR = Door(
    name="influx",
    title="InfluxDB line protocol",
    settings=Settings,
    proof=Proof.LOGIN,
    paths=Paths(
        methods=frozenset({"POST"}),
        paths=paths,
        exchange=exchange,
        refusal=refusal,
        authorization=authorization,
        largest=LARGEST,
    ),
)
