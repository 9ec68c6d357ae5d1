"""What went wrong, as problem details (RFC 9457). The one place where failures become HTTP statuses."""

import re
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import structlog
from litestar import Request, Response
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, InternalServerException, ValidationException
from litestar.types import Scope
from msgspec import UNSET, Struct

from krausen.errors import (
    Fault,
    Forbidden,
    Invalid,
    KrausenError,
    NotFound,
    OperatorNeeded,
    Stale,
    Throttled,
    TryAgain,
    Unproven,
)
from krausen.server.web.bodies import Unreadable, plain
from krausen.server.web.parsing import query_faults, told

log = structlog.get_logger()

PROBLEM = "application/problem+json"
RETRY_S = 5
"""After how many seconds a passing failure is worth another try."""

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
"""The statuses of failures, by their names in RFC 9110."""

STATUSES: tuple[tuple[type[KrausenError], int], ...] = (
    (Unreadable, 400),
    (Unproven, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Stale, 409),
    (Invalid, 422),
    (Throttled, 429),
    (TryAgain, 503),
    (OperatorNeeded, 503),
)
"""Which failure is which status; every other one is ours."""

ALSO = "also"
"""The option of a route that names statuses which do not follow from its shape."""

_PLAIN = {
    404: "There is nothing at this address.",
    405: "This address does not take this method; `Allow` names those that it takes.",
    413: "The body is too large.",
}
_MISSING = re.compile(r"Missing required query parameter '([^']*)'")

Translation = Callable[[Request[Any, Any, Any], Exception], Response[Any]]


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong. `errors` names every bad field, up to 20; `present` is what is there instead."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: tuple[Fault, ...] = ()
    present: Any = UNSET


class Outdated(Stale):
    """Somebody else changed it since the caller looked; `present` is how it is now."""

    def __init__(self, detail: str, present: Struct) -> None:
        super().__init__(detail)
        self.present = present


class Refused(KrausenError):
    """HTTP itself has a status for this failure."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def translation() -> Translation:
    """Make what answers failures. Those that nobody foresaw are logged under a number; only that is told."""
    numbers = count(1)

    def translate(request: Request[Any, Any, Any], failure: Exception) -> Response[Any]:
        problem = _ill(request, failure) if isinstance(failure, ValidationException) else problem_of(failure)
        if problem is None:
            number = next(numbers)
            log.error(
                "web.failed", number=number, method=request.method, path=request.url.path, exc_info=failure
            )
            problem = _problem(
                500, f"Something went wrong here that should not. The server logged it as {number}."
            )
        headers = headers_of(failure)
        return Response(problem, status_code=problem.status, media_type=PROBLEM, headers=headers)

    return translate


async def log_of_socket(failure: Exception, scope: Scope) -> None:
    """Log what ended a WebSocket; the framework only closes it.

    Nothing foreseen does so by raising, but where nobody is to speak with the framework itself raises.
    """
    if scope["type"] == ScopeType.WEBSOCKET and not (
        isinstance(failure, HTTPException) and failure.status_code < 500
    ):
        log.error("web.socket_failed", path=scope["path"], exc_info=failure)


def problem_of(failure: Exception) -> Problem | None:
    """Give a failure as a problem, or None when nobody foresaw it."""
    if isinstance(failure, HTTPException):
        return _http_problem(failure)
    if isinstance(failure, Refused):
        return _problem(failure.status, str(failure))
    status = next((status for kind, status in STATUSES if isinstance(failure, kind)), None)
    if status is None:
        return None
    faults = failure.faults if isinstance(failure, Invalid) else ()
    present = failure.present if isinstance(failure, Outdated) else UNSET
    return _problem(status, str(failure), faults, present)


def headers_of(failure: Exception) -> dict[str, str]:
    """Give the headers that belong to a failure."""
    match failure:
        case HTTPException():
            return dict(failure.headers or {})
        case Throttled():
            return {"retry-after": str(failure.retry_after_s)}
        case TryAgain() | OperatorNeeded():
            return {"retry-after": str(RETRY_S)}
        case Unproven():
            return {"www-authenticate": 'Bearer realm="krausen"'}
    return {}


def _http_problem(failure: HTTPException) -> Problem | None:
    if isinstance(failure, InternalServerException) and "disconnected" in failure.detail:
        return _problem(400, "The body ended early.")
    if failure.status_code not in TITLES or failure.status_code == 500:
        return None
    return _problem(failure.status_code, _PLAIN.get(failure.status_code, failure.detail))


def _ill(request: Request[Any, Any, Any], failure: ValidationException) -> Problem:
    """Give the problem of a request whose parameters are not what its route takes."""
    said: list[dict[str, str]] = failure.extra if isinstance(failure.extra, list) else []
    if any(one.get("key") == "data" for one in said):
        return _problem(400, "The body is empty.")
    missing = _MISSING.match(failure.detail)
    faults = [] if missing is None else [Fault(f"query:{missing[1]}", "This is missing.")]
    faults += [Fault(f"query:{_name(request, one['key'])}", plain(one["message"])) for one in said]
    faults += query_faults(request.query_params)
    return _problem(422, told(faults), faults)


def _name(request: Request[Any, Any, Any], key: str) -> str:
    """Give the name that a parameter of a call, or of what it depends on, has outside."""
    handler = request.route_handler
    needed = handler.resolve_dependencies().values()
    signatures = [handler.parsed_fn_signature, *(one.parsed_fn_signature for one in needed)]
    inside = key.partition(".")[0]
    fields = (signature.parameters.get(inside) for signature in signatures)
    field = next(field for field in fields if field is not None)
    name: str = getattr(field.kwarg_definition, "name", None) or field.name
    return name


def _problem(status: int, detail: str, faults: Iterable[Fault] = (), present: object = UNSET) -> Problem:
    return Problem(title=TITLES[status], status=status, detail=detail, errors=tuple(faults), present=present)
