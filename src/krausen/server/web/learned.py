"""What was learned of vessels."""

from dataclasses import dataclass
from typing import Annotated

from litestar import Response, delete, get, put
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Schema,
)
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct, json

from krausen.model.learned import Estimate, Learned, Standing
from krausen.server.learned import Known
from krausen.server.web.call import JSON, Call
from krausen.server.web.changes import Reason
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import brewer, viewer
from krausen.wire.instants import iso, iso_or_none

DAYS = 365
Days = Annotated[
    int, QueryParameter(name="days", ge=1, le=1830, description="How many past days `history` goes back.")
]


class LearnedDayBody(Struct, frozen=True):
    """What the learned quantities came to on a day."""

    at: str
    quantities: dict[str, float]


class LearnedBody(Struct, frozen=True, kw_only=True):
    """What was learned of a vessel, as its agent told it at `at`, null where it has told nothing.

    Quantities lie between `low` and `high` in nine cases of ten; `means` and `doubts` are sentences.
    `confidence` is 0 to 1. While it is `pending`, the agent has yet to take what was put in its place.
    """

    standing: Standing
    confidence: float
    watched_h: float
    at: str | None
    pending: bool
    quantities: dict[str, Estimate]
    means: list[str]
    doubts: list[str]
    history: list[LearnedDayBody]


@dataclass
class GivesLearned(Operation):
    """What the description says of the answer, which is a file."""

    def __post_init__(self) -> None:
        file = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
        done = OpenAPIResponse(description="The file.", content={JSON: file})
        self.responses = {**(self.responses or {}), "200": done}


@get("/vessels/{id:str}/learned", guards=[viewer], summary="Read what was learned of a vessel")
async def read_learned(request: Call, id: FromPath[str], days: Days = DAYS) -> LearnedBody:
    """What the vessel's chamber is like, with how sure that is and how it drifts from day to day."""
    return _body(await request.site.knowing.learning.known(id, days))


@get(
    "/vessels/{id:str}/learned/export",
    guards=[viewer],
    operation_class=GivesLearned,
    summary="Take what was learned of a vessel away",
)
async def export_learned(request: Call, id: FromPath[str]) -> Response[bytes]:
    """All of it as one file, which can be put in the place of what was learned of another vessel."""
    learned = await request.site.knowing.learning.exported(id)
    headers = {"content-disposition": f'attachment; filename="{id}.learned.json"'}
    return Response(json.encode(learned), media_type=JSON, headers=headers)


@put(
    "/vessels/{id:str}/learned", guards=[brewer], opt={ALSO: (409,)}, summary="Replace what a vessel learned"
)
async def replace_learned(
    request: Call, id: FromPath[str], data: JSONBody[Learned], reason: Reason = ""
) -> LearnedBody:
    """What is known now; it is `pending` until the vessel's agent has taken what was sent."""
    await request.site.knowing.learning.replace(id, data, request.caller, reason)
    return _body(await request.site.knowing.learning.known(id, DAYS))


@delete("/vessels/{id:str}/learned", guards=[brewer], opt={ALSO: (409,)}, summary="Forget what was learned")
async def forget_learned(request: Call, id: FromPath[str], reason: Reason = "") -> None:
    """The vessel's agent begins anew, as soon as it hears of it."""
    await request.site.knowing.learning.forget(id, request.caller, reason)


def _body(known: Known) -> LearnedBody:
    insight, record = known.insight, known.record
    return LearnedBody(
        standing=Standing.NEW if insight is None else insight.standing,
        confidence=0.0 if insight is None else insight.confidence,
        watched_h=0.0 if insight is None else insight.watched_h,
        at=None if insight is None else iso_or_none(record.at),
        pending=record.is_pending,
        quantities={} if insight is None else insight.quantities,
        means=[] if insight is None else list(insight.means),
        doubts=[] if insight is None else list(insight.doubts),
        history=[LearnedDayBody(iso(day.at), day.quantities) for day in known.days],
    )
