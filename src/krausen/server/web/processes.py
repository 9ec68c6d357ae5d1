"""The processes of this machine."""

from litestar import get
from msgspec import Struct

from krausen.ports.processes import ProcessFacts
from krausen.server.web.call import Call
from krausen.server.web.guards import viewer


class ProcessList(Struct, frozen=True, kw_only=True):
    """Processes; `managed` is false, and there are none, where nobody keeps any."""

    items: list[ProcessFacts]
    next: str | None = None
    managed: bool


@get("/processes", guards=[viewer], summary="List the processes")
async def list_processes(request: Call) -> ProcessList:
    """The processes that `krausen up` and `krausen start` keep, the server first."""
    found = await request.site.processes()
    return ProcessList(items=list(found or ()), managed=found is not None)
