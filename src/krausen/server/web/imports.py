"""Files of other tools' history."""

from asyncio import get_running_loop
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated

import structlog
from litestar import Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath, FromQuery, QueryParameter

from krausen.errors import KrausenError, StorageAway
from krausen.importing.parcel import Parcel, of_file
from krausen.importing.report import ImportReport
from krausen.importing.undertaking import Import, Wish
from krausen.server.imports import LARGEST, Imports
from krausen.server.parquet import as_csv
from krausen.server.web.call import Call
from krausen.server.web.guards import brewer

log = structlog.get_logger()

BYTES = "application/octet-stream"
IN_MEMORY = 1024 * 1024
"""Bytes of a body that are held in memory; beyond that it lies in a temporary file."""

FileName = Annotated[
    str, QueryParameter(name="name", min_length=1, max_length=255, description="The file's name.")
]
Zone = Annotated[
    str | None, QueryParameter(name="timezone", description="IANA name of the zone of times without one.")
]
Format = Annotated[
    str | None,
    QueryParameter(
        name="format",
        description=(
            "The format, if it should not be found out, and what is what in it: `NAME` or"
            " `NAME:KEY=VALUE,…`. For tables (`csv_table`, `climate_csv`) KEY is a column by its title or"
            " its number from 1, VALUE `time`, `note`, `-` (leave it out), `METRIC`, `METRIC:UNIT` or"
            " `:UNIT`, the units C, F, K, P, SG, kPa, hPa, bar, psi or any other:"
            " `csv_table:Tid=time,Øl=beer:C,Rum=room:F,Nr=-`. For other formats `unit=F` tells that their"
            " temperatures are °F. What was said of the columns of a table is kept with its heading, and"
            " taken for the next table with the same one."
        ),
    ),
]


@dataclass
class TakesFile(Operation):
    """What the description says of the body, which is the file itself."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        self.request_body = RequestBody(content={BYTES: OpenAPIMediaType(schema=file)}, required=True)


@post(
    "/imports",
    guards=[brewer],
    request_max_body_size=LARGEST,
    operation_class=TakesFile,
    responses={202: ResponseSpec(ImportReport, generate_examples=False)},
    summary="Import a file",
)
async def import_file(
    request: Call,
    *,
    file: FileName,
    zone: Zone = None,
    form: Format = None,
    dry_run: FromQuery[bool] = False,
) -> Response[ImportReport]:
    """Store everything valid of a log, a sheet of many brews or an archive (ZIP or tar) of logs.

    All of it is read and judged before anything is stored. A dry run only tells what would happen, with a
    preview of each file. With `Prefer: respond-async` the answer is 202 at once, and `GET /imports/{id}`
    tells how far it is and what became of it; else the answer comes when all is done.
    """
    request.require(BYTES)
    wish = Wish(by=request.caller.name, zone=zone, form=form, dry_run=dry_run)
    imports = request.site.imports
    with ExitStack() as held:
        body = held.enter_context(SpooledTemporaryFile[bytes](IN_MEMORY))
        await _fill(body, request)
        started, parcel = imports.begin(wish), of_file(file, body, as_csv=as_csv)
        if not _is_async(request):
            return Response(await imports.work(started, parcel), status_code=201)
        rest = BackgroundTask(_work_unwatched, imports, started, parcel, held.pop_all())
        place = {"location": f"{request.url.path}/{started.report.id}"}
        headers = place | {"preference-applied": "respond-async"}
        return Response(started.report, status_code=202, headers=headers, background=rest)


@get("/imports/{id:str}", guards=[brewer], summary="An import")
async def read_import(request: Call, id: FromPath[str]) -> ImportReport:
    """How far an import is, or what became of it; the last 50 are remembered until the server starts anew."""
    return request.site.imports.report(id)


async def _fill(body: IO[bytes], request: Call) -> None:
    async for piece in request.stream():
        try:
            await get_running_loop().run_in_executor(None, body.write, piece)
        except OSError as error:
            reason = f"There is no room for it among the temporary files: {error.strerror}."
            raise StorageAway(f"{reason} Nothing was stored.") from error


async def _work_unwatched(imports: Imports, started: Import, parcel: Parcel, held: ExitStack) -> None:
    """Work when nobody waits any more; what goes wrong is in the report."""
    with held:
        try:
            await imports.work(started, parcel)
        except KrausenError as failure:
            log.warning("import.failed", id=started.report.id, reason=str(failure))


def _is_async(request: Call) -> bool:
    wishes = request.headers.get("prefer", "").casefold().split(",")
    return "respond-async" in (wish.partition(";")[0].strip() for wish in wishes)
