"""Pictures from elsewhere, taken in so that no page has to fetch one from there."""

from base64 import b64encode

from krausen.errors import Fault, Invalid, TargetBusy, TargetRefused
from krausen.ports.target import LARGEST_REPLY, Courier, Post

OK = 200
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
"""How files of pictures begin (PNG third edition, JFIF, GIF89a)."""


async def picture_at(address: str, courier: Courier) -> str:
    """Give the picture at an address as a `data:` address (RFC 2397).

    Raises Invalid with a fault at /address when nobody answers there, or not with a picture, or with one of
    64 kB and more.
    """
    try:
        reply = await courier.request(Post(url=address, method="GET", follow=True))
    except (TargetBusy, TargetRefused) as failure:
        raise _wrong(str(failure)) from failure
    if reply.status != OK:
        raise _wrong(f"The address answers {reply.status}, not with a picture.")
    if len(reply.body) >= LARGEST_REPLY:
        raise _wrong("This picture has more than 64 kB. Choose a smaller one, or take it from a file.")
    kind = kind_of(reply.body)
    if kind is None:
        raise _wrong("What is at this address is no picture that a browser can show.")
    return f"data:image/{kind};base64,{b64encode(reply.body).decode()}"


def kind_of(body: bytes) -> str | None:
    """Give the kind of a picture by how it begins, whatever its name and its header say; None for others."""
    for beginning, kind in _BEGINNINGS:
        if body.startswith(beginning):
            return kind
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "webp"
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    is_drawing = start.startswith((b"<svg", b"<?xml", b"<!--")) and b"<svg" in start
    return "svg+xml" if is_drawing else None


def _wrong(told: str) -> Invalid:
    return Invalid(told, [Fault("/address", told)])
