"""What can hold a temperature."""

from litestar import get

from krausen.server.algorithms import AlgorithmBody
from krausen.server.web.call import Call
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged


@get("/algorithms", guards=[viewer], summary="List the control algorithms")
async def list_algorithms(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[AlgorithmBody]:
    """Control algorithms by name, each with the JSON Schema of its settings."""
    return paged(request.site.algorithms, limit, cursor)
