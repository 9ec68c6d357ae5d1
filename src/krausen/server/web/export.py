"""Readings to take away."""

from dataclasses import dataclass
from typing import Annotated, Literal

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Schema,
)
from litestar.params import QueryParameter
from litestar.response import Stream
from msgspec import Struct

from krausen.brewing.completeness import Span
from krausen.server.export import Export
from krausen.server.export_forms import ENDINGS, MEDIA_TYPES, Form, formed
from krausen.server.web.call import Call
from krausen.server.web.chart import Corrected
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import EARLIEST, End, Start, wrong
from krausen.server.web.times import span
from krausen.wire.instants import LATEST_MS

SeriesIds = Annotated[
    list[str] | None,
    QueryParameter(name="series", description="Ids; repeat it for more. Without any, all that there are."),
]
BatchId = Annotated[
    str | None, QueryParameter(name="batch", description="The id of a batch, instead of series.")
]
FormName = Annotated[
    Literal["csv", "jsonl", "parquet", "brewpi"],
    QueryParameter(name="format", description="`brewpi`, nine columns as BrewPi logs them, takes a batch."),
]


class Asked(Struct, frozen=True, kw_only=True):
    """Which readings."""

    series: list[str]
    batch: str | None
    start: str | None
    end: str | None


async def asked_of(
    series: SeriesIds = None, batch: BatchId = None, start: Start = None, end: End = None
) -> Asked:
    """Gather from the query which readings are asked for."""
    return Asked(series=series or [], batch=batch, start=start, end=end)


@dataclass
class GivesFile(Operation):
    """What the description says of the answer, which is a file."""

    def __post_init__(self) -> None:
        file = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
        content = dict.fromkeys(MEDIA_TYPES.values(), file)
        done = OpenAPIResponse(description="The file.", content=content)
        self.responses = {**(self.responses or {}), "200": done}


@get(
    "/export",
    guards=[viewer],
    dependencies={"asked": Provide(asked_of)},
    operation_class=GivesFile,
    opt={ALSO: (404,)},
    summary="Take readings away",
)
async def export_readings(
    request: Call, asked: NamedDependency[Asked], *, form: FormName = "csv", corrected: Corrected = True
) -> Stream:
    """Readings in order of time as one file, which is made while it is read.

    Corrections are applied unless `corrected` is `false`. Bad readings are in it, and marked; `brewpi` leaves
    them out.
    """
    chosen = Form(form)
    export = await _export(request, asked, as_stored=not corrected)
    if chosen is Form.BREWPI and asked.batch is None:
        raise wrong("format", "BrewPi's form takes a batch: name one with `batch`.")
    headers = {"content-disposition": f'attachment; filename="{export.name}.{ENDINGS[chosen]}"'}
    return Stream(formed(export, chosen), media_type=MEDIA_TYPES[chosen], headers=headers)


async def _export(request: Call, asked: Asked, *, as_stored: bool) -> Export:
    site = request.site
    if asked.series and asked.batch is not None:
        raise wrong("series", "Name a batch or series, not both.")
    within = Span(*await span(site, asked.start, asked.end, until=LATEST_MS, back_ms=LATEST_MS - EARLIEST))
    if asked.batch is None:
        return await site.exports.of_series(asked.series, within, as_stored=as_stored)
    return await site.exports.of_batch(await site.catalog.batch(asked.batch), within, as_stored=as_stored)
