"""Judges answers: what they hold, or how they failed."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from krausen_client.errors import ClientError, NotAllowed, NotSignedIn, NotUnderstood, Refused, Unreachable
from krausen_client.requests import Answer
from krausen_client.results import Fault

T = TypeVar("T")

PASSING = frozenset({408, 429, 502, 503, 504})
"""Statuses after which trying again may help."""
UNTOUCHED = frozenset({429, 503})
"""Statuses with which a server says that it did nothing."""
_SHOWN = 500


class Problem(Struct, frozen=True):
    """Problem details (RFC 9457), as far as we read them."""

    detail: str = ""
    title: str = ""
    errors: tuple["FaultBody", ...] = ()


class FaultBody(Struct, frozen=True):
    """A fault, and the JSON Pointer (RFC 6901) or query parameter that it is about."""

    where: str
    message: str


def failure_of(answer: Answer, url: str) -> ClientError | None:
    """Give how an answer failed, None for a good one."""
    status = answer.status
    if 200 <= status < 300:
        return None
    if status in PASSING or status >= 500:
        return Unreachable(
            f"{url} answered {status}: {said(answer)}",
            status=status,
            retry_after_s=retry_after_s(answer.headers),
            is_passing=status in PASSING,
            may_have_arrived=status not in UNTOUCHED,
        )
    if status >= 400:
        return _refusal(answer, url)
    place = answer.headers.get("location", "another address")
    return NotUnderstood(f"{url} answered {status}, look at {place}: give that address.", status=status)


def read(answer: Answer, shape: type[T], url: str) -> T:
    """Give what an answer holds. Raises NotUnderstood when it is not of that shape."""
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotUnderstood(
            f"{url} is no Krausen server, or one that we do not know: {error} in {_excerpt(answer.body)}",
            status=answer.status,
        ) from error


def said(answer: Answer) -> str:
    """Give in words what a server answered."""
    problem = _problem(answer)
    return problem.detail or problem.title or _excerpt(answer.body)


def fault_of(where: str, message: str) -> Fault:
    """Give the fault at a JSON Pointer: `/3/data/220` is field `data/220` of row 3."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in where.split("/")]
    if where.startswith("/") and parts[1].isdecimal():
        return Fault(message, int(parts[1]), "/".join(parts[2:]))
    return Fault(message, None, where)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Give how long to wait before the next try (RFC 9110, 10.2.3): a date counts from that of the answer."""
    wish = headers.get("retry-after", "").strip()
    if wish.isdecimal():
        return float(wish)
    try:
        until = parsedate_to_datetime(wish) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, until.total_seconds())


def _refusal(answer: Answer, url: str) -> Refused:
    kinds: dict[int, type[Refused]] = {401: NotSignedIn, 403: NotAllowed}
    faults = [fault_of(fault.where, fault.message) for fault in _problem(answer).errors]
    text = f"{url} answered {answer.status}: {said(answer)}"
    return kinds.get(answer.status, Refused)(text, status=answer.status, faults=faults)


def _problem(answer: Answer) -> Problem:
    try:
        return msgspec.json.decode(answer.body, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Problem()


def _excerpt(body: bytes) -> str:
    text = " ".join(body.decode(errors="replace").split())
    return f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text or "nothing"
