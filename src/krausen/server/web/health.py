"""How the server is."""

from litestar import get

from krausen.server.status import Health
from krausen.server.web.call import Call


@get("/health", summary="How the server is")
async def read_health(request: Call) -> Health:
    """Open to all. `degraded` when `problems` names what is wrong; `time` is what everybody takes for now."""
    return request.site.status.health()
