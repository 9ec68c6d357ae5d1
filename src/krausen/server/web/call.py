"""A request to this server, with what its answer is made from."""

from typing import Any, cast

from litestar import Request
from litestar.datastructures import State

from krausen.model.people import Caller
from krausen.server.site import Site
from krausen.server.web import bodies
from krausen.server.web.errors import Refused

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"


class Call(Request[Caller, None, State]):
    """A request. Its JSON body is read strictly, and every bad field of it is named."""

    __slots__ = ()

    @property
    def site(self) -> Site:
        """The server that is asked."""
        return cast(Site, self.app.state.site)

    @property
    def caller(self) -> Caller:
        """Who asks; only where a guard has proved it."""
        return self.user

    @property
    def address(self) -> str:
        """The network address of who asks; empty when it is not known."""
        return self.client.host if self.client is not None else ""

    @property
    def here(self) -> str:
        """The address of this server as the caller reached it, as in `http://brewery:8080`."""
        host = self.headers.get("host") or self.url.netloc
        return f"{self.scope['scheme']}://{host}"

    async def json(self) -> Any:
        """Give the body as a value of the type that the route says. Raises Unreadable, Invalid, Refused."""
        self.require(JSON, *([MERGE_PATCH] if self.method == "PATCH" else []))
        said = self.route_handler.parsed_data_field
        return bodies.read(await self.body(), object if said is None else said.annotation)

    def require(self, *media_types: str) -> None:
        """Raise Refused when the body says that it is something else."""
        said = self.content_type[0]
        if said and said not in media_types:
            raise Refused(415, f"Send {media_types[0]}, not {said}.")
