"""Files of other tools' history."""

from dataclasses import dataclass
from typing import Annotated

from litestar import post
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromQuery, QueryParameter

from krausen.importing.report import ImportReport
from krausen.server.imports import LARGEST
from krausen.server.web.call import Call
from krausen.server.web.guards import brewer

BYTES = "application/octet-stream"

FileName = Annotated[
    str, QueryParameter(name="name", min_length=1, max_length=255, description="The file's name.")
]
Zone = Annotated[
    str | None, QueryParameter(name="timezone", description="IANA name of the zone of times without one.")
]
Format = Annotated[
    str | None, QueryParameter(name="format", description="The file's format, if it should not be found out.")
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
    summary="Import a file",
)
async def import_file(
    request: Call,
    *,
    file: FileName,
    zone: Zone = None,
    form: Format = None,
    dry_run: FromQuery[bool] = False,
) -> ImportReport:
    """Store everything of a file that is valid, at once; a dry run only tells what would happen."""
    request.require(BYTES)
    raw = await request.body()
    by = request.caller.login
    report = await request.site.imports.take(file, raw, by=by, zone=zone, form=form, dry_run=dry_run)
    return ImportReport([report])
