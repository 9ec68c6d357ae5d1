"""The check of probes and outputs before a batch."""

from litestar import delete, get
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from krausen.server.preflights import Standing
from krausen.server.web.acts import Step, act
from krausen.server.web.call import Call
from krausen.server.web.changes import Reason
from krausen.server.web.guards import brewer, viewer
from krausen.wire.instants import iso


class FindingBody(Struct, frozen=True):
    """One thing that was found; `level` is `good`, `warning` or `fault`."""

    level: str
    text: str


class PreflightBody(Struct, frozen=True, kw_only=True):
    """A pre-flight; without any, `state` is `none`, and `id` and `at` are null.

    `state` is `waiting` for the agent, `running`, `done`, `failed` (at its end, with a fault) or `stopped`
    (before its end). `step` says what is done now, `done` how much of it, 0 to 1. `measured` has numbers by
    name, each as soon as it is known: temperatures and drift at rest (`beer_c`, `chamber_c`,
    `chamber_drift_c_h`); how fast heating and cooling act (`heating_c_h`, `cooling_c_h`), after how many
    seconds (`heating_delay_s`, `cooling_delay_s`), and how long they go on (`heating_goes_on_s`,
    `cooling_goes_on_s`).
    """

    id: str | None
    state: str
    at: str | None
    step: str
    done: float
    findings: list[FindingBody]
    measured: dict[str, float]


@get("/vessels/{id:str}/preflight", guards=[viewer], summary="How a pre-flight stands")
async def read_preflight(request: Call, id: FromPath[str]) -> PreflightBody:
    """The newest pre-flight of a vessel."""
    return _body(await request.site.knowing.preflights.newest(id))


@act("/vessels/{id:str}/preflight", also=(409,), summary="Start a pre-flight")
async def start_preflight(
    request: Call, id: FromPath[str], data: JSONBody[Step | None] = None
) -> PreflightBody:
    """The agent watches the probes at rest, switches each output on for minutes, and watches what follows.

    It takes half an hour to two hours. Only while control is off, and the agent is connected.
    """
    reason = data.reason if data else ""
    return _body(await request.site.knowing.preflights.start(id, request.caller, reason))


@delete("/vessels/{id:str}/preflight", guards=[brewer], summary="Stop a pre-flight")
async def stop_preflight(request: Call, id: FromPath[str], reason: Reason = "") -> None:
    """It ends as soon as the agent hears of it. Where none is under way, nothing is done."""
    await request.site.knowing.preflights.stop(id, request.caller, reason)


def _body(standing: Standing) -> PreflightBody:
    report = standing.report
    return PreflightBody(
        id=standing.id or None,
        state=report.state.value,
        at=None if standing.at is None else iso(standing.at),
        step=report.step,
        done=report.done,
        findings=[FindingBody(one.level.value, one.text) for one in report.findings],
        measured=report.measured,
    )
