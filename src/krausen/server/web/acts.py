"""Acts: calls that do something to a thing that is there, of which nothing but the reason need be said."""

from dataclasses import dataclass

from litestar import post
from litestar.openapi.spec import Operation, RequestBody
from msgspec import Struct

from krausen.server.web.changes import Why
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import Guard, brewer


class Step(Struct, frozen=True, kw_only=True):
    """Why."""

    reason: Why = ""


@dataclass
class MayBeEmpty(Operation):
    """What the description says of a body that may be left out."""

    def __post_init__(self) -> None:
        if isinstance(self.request_body, RequestBody):
            self.request_body.required = False


def act(
    path: str, *, summary: str, guard: Guard = brewer, status: int = 200, also: tuple[int, ...] = ()
) -> post:
    """Make the decorator of an act, whose body may be left out; `also` are its refusals besides the usual."""
    return post(
        path,
        guards=[guard],
        status_code=status,
        operation_class=MayBeEmpty,
        opt={ALSO: also} if also else None,
        summary=summary,
    )
