"""What services of the web answer: limits that they count, and JSON where there should be some."""

from typing import TypeVar

import msgspec

from krausen.errors import TargetBusy
from krausen.ports.target import Reply, judged, told

T = TypeVar("T")


def counted(reply: Reply, now: int, least_s: float) -> Reply:
    """Give a reply of success, and raise what any other means; see `judged`.

    A service that says that its limit is reached, but not for how long, is left alone for `least_s`.
    """
    try:
        return judged(reply, now)
    except TargetBusy as busy:
        if reply.status == _TOO_MANY and busy.after_s is None:
            raise TargetBusy(str(busy), least_s) from busy
        raise


def spoken(reply: Reply, kind: type[T]) -> T:
    """Give what a reply says in JSON. Raises TargetBusy where it is something else, such as a web page."""
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        what = "a web page" if is_page(reply) else "something else"
        raise TargetBusy(f"The service should answer in JSON, and sent {what}: {told(reply)}.") from error


def is_page(reply: Reply) -> bool:
    """Tell whether a reply is a web page, as logins, hotels and providers put before a service."""
    is_told = reply.headers.get("content-type", "").lower().startswith("text/html")
    return is_told or reply.body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))


_TOO_MANY = 429
