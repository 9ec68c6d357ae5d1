"""Prometheus and what else takes its remote write 1.0: Mimir, Thanos, VictoriaMetrics, Grafana Cloud.

A reading of the metric `temperature` becomes a sample of `krausen_temperature` with the labels `adapter`,
`node` and `job`. Readings that are known to be bad are not told. Some servers take no sample that is older
than what they have, and leave out late and changed readings; Prometheus takes them within the time that its
setting `storage.tsdb.out_of_order_time_window` names.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final

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
from krausen.protocols.remote_write import CONTENT_HEADERS, Samples, TimeSeries, metric_name, write_request
from krausen.push.requests import Address, proof

MOST_TRIES: Final = 100
"""Requests that are spent on finding what of refused series is new enough."""

_WRONG: Final = frozenset({400, 409, 413, 415, 422})
_TOO_OLD: Final = (
    b"out of order",
    b"out-of-order",
    b"duplicate sample",
    b"too old",
    b"too-old",
    b"out of bounds",
)
"""With these words servers say that they have newer samples, or another one of the same time."""


class Settings(Struct, frozen=True, kw_only=True):
    """Where it is, and as whom we write."""

    url: Annotated[
        Address,
        Meta(
            title="Address",
            description="Such as http://prometheus.local:9090/api/v1/write",
        ),
    ]
    prefix: Annotated[
        str,
        Meta(
            title="Beginning of names",
            description="Stands before the name of each metric",
            pattern=r"^(?:[A-Za-z_:][A-Za-z0-9_:]*)?$",
            max_length=100,
        ),
    ] = "krausen_"
    job: Annotated[str, Meta(title="Job", description="The label `job`; none when empty", max_length=100)] = (
        "krausen"
    )
    token: Annotated[
        str,
        Meta(
            title="Token",
            description="Sent as Bearer; leave empty for a login, or none",
            max_length=2000,
            extra_json_schema=SECRET,
        ),
    ] = ""
    login: Annotated[str, Meta(title="Login", max_length=200)] = ""
    password: Annotated[str, Meta(title="Password", max_length=500, extra_json_schema=SECRET)] = ""
    tenant: Annotated[
        str,
        Meta(title="Tenant", description="X-Scope-OrgID, as Mimir and Loki know it", max_length=200),
    ] = ""


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Write the readings, each as a sample. Raises TargetBusy, TargetRefused.

    Prometheus takes nothing of a request in which one sample is too old. Then each series goes by itself, and
    what is still refused without its oldest samples, until it is taken or has been tried often enough.
    """

    async def is_taken(series: Sequence[TimeSeries]) -> bool:
        headers = {**CONTENT_HEADERS, **_proof(settings)}
        post = Post(url=settings.url, body=write_request(series), headers=headers)
        return _is_taken(await courier.request(post), shipment.now)

    series = series_of(settings, shipment.values)
    if not series or await is_taken(series):
        return
    refused = [one for one in series if len(series) == 1 or not await is_taken([one])]
    tries = MOST_TRIES
    for one in refused:
        samples = _newer(one.samples)
        while samples and tries and not await is_taken([TimeSeries(one.labels, samples)]):
            samples, tries = _newer(samples), tries - 1


def series_of(settings: Settings, values: Iterable[Value]) -> list[TimeSeries]:
    """Give readings by series, in order of time in each; of two at an instant the later word counts."""
    found: dict[tuple[str, str, str], dict[int, float]] = {}
    for one in values:
        if one.is_usable:
            found.setdefault((one.adapter, one.node, one.metric), {})[one.t] = one.v
    return [
        TimeSeries(_labels(settings, *name), tuple(sorted(samples.items())))
        for name, samples in sorted(found.items())
    ]


def _labels(settings: Settings, adapter: str, node: str, metric: str) -> dict[str, str]:
    """Give what tells a series from every other: `metric` too, where its name has to be changed."""
    name = metric_name(settings.prefix + metric)
    labels = {"__name__": name, "adapter": adapter, "node": node, "job": settings.job}
    return labels if name == settings.prefix + metric else {**labels, "metric": metric}


def _proof(settings: Settings) -> dict[str, str]:
    tenant = {"X-Scope-OrgID": settings.tenant} if settings.tenant else {}
    return {**proof(settings.token, settings.login, settings.password), **tenant}


def _newer(samples: Samples) -> Samples:
    return samples[1 + len(samples) // 16 :]


def _is_taken(reply: Reply, now: int) -> bool:
    """Tell whether samples were taken, or are too old. Raises what any other answer means.

    By the specification only 5xx and 429 may be tried again.
    """
    if reply.status in _WRONG and any(words in reply.body.lower() for words in _TOO_OLD):
        return False
    if reply.status in _WRONG:
        raise TargetRefused(f"The service does not take our samples: {told(reply)}. Look what it wants.")
    judged(reply, now)
    return True


TARGET = PushTarget(
    name="prometheus",
    title="Prometheus remote write",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors", "series"}),
    usual_s=60.0,
    sends=Sends.EVERY,
    most=2000,
)
