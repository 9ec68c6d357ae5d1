"""How the server is."""

from contextlib import suppress

from litestar import get

from krausen.errors import StorageAway
from krausen.server.settings import ZONE
from krausen.server.status import Health
from krausen.server.web.call import Call


@get("/health", summary="How the server is")
async def read_health(request: Call) -> Health:
    """Open to all. `degraded` when `problems` names what is wrong; `time` is what everybody takes for now."""
    site = request.site
    with suppress(StorageAway):  # the zone stays the one that was read last
        site.status.go_by(await site.catalog.setting(ZONE))
    return site.status.health()
