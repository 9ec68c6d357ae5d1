"""Bytes from a controller, cut anywhere, to whole lines; and lines to bytes.

Lines end with LF, mostly after CR; bytes are characters of code page 437. A controller may print a log line
in the middle of a longer answer, `h:[{…},D:{"logType":…}` LF `{…}]` LF: it is lifted out, and the two ends
are joined.
"""

import re

from msgspec import Struct
from msgspec.structs import replace

ENCODING = "cp437"
LONGEST = 16_384
"""What is longer, in bytes, is no line of a controller and is thrown away."""

_LOG = re.compile(r'D:\{\s*"logType"\s*:.*\}$')
_BEGINS = re.compile(r"[A-Za-z]:\s*[\[{]")
_ANSWER = re.compile(r"[A-Za-z]:")
_STRING = re.compile(r'"[^"]*(?:"|$)')
_CONTROLS = "".join(map(chr, range(33))) + "\x7f"


class Incoming(Struct, frozen=True):
    """What came in and is no whole line yet.

    `rest` is the line so far, `held` the front of an answer that a log line interrupted. `too_long` counts
    lines that were thrown away for their length, `broken` answers that began and never went on.
    """

    rest: bytes = b""
    held: str = ""
    skips: bool = False
    too_long: int = 0
    broken: int = 0


def take(incoming: Incoming, chunk: bytes) -> tuple[Incoming, tuple[str, ...]]:
    """Take what came in; give what is left and the lines that are whole, without their ends, none empty.

    What comes out depends on the bytes alone and not on how they were cut.
    """
    first, *others = chunk.split(b"\n")
    pieces = [incoming.rest + first, *others]
    rest = pieces.pop()
    lines: list[str] = []
    now = incoming
    for piece in pieces:
        now, more = _ended(now, piece)
        lines += more
    if now.skips:
        rest = b""
    elif len(rest) > LONGEST:
        now, rest = _thrown(now, skips=True), b""
    return replace(now, rest=rest), tuple(lines)


def line(text: str) -> bytes:
    """Write a line as a controller sends it; characters that code page 437 does not have become `?`."""
    return text.encode(ENCODING, "replace") + b"\r\n"


def _ended(now: Incoming, piece: bytes) -> tuple[Incoming, list[str]]:
    """Take one line up to its end."""
    if now.skips:
        return replace(now, skips=False), []
    if len(piece) > LONGEST:
        return _thrown(now, skips=False), []
    text = piece.decode(ENCODING).strip(_CONTROLS)
    if not text:
        return now, []
    log = _LOG.search(text)
    if log is None:
        kept, whole = _joined(now, text)
        return kept, [whole]
    if log.start() == 0:
        return now, [text]
    kept, front = _joined(now, text[: log.start()])
    if _is_open(front):
        return replace(kept, held=front), [log[0]]
    return kept, [front, log[0]]


def _joined(now: Incoming, text: str) -> tuple[Incoming, str]:
    """Join a line to what was held; if it begins an answer of its own, what was held has broken off."""
    if not now.held:
        return now, text
    if _BEGINS.match(text) or len(now.held) + len(text) > LONGEST:
        return replace(now, held="", broken=now.broken + 1), text
    return replace(now, held=""), now.held + text


def _is_open(text: str) -> bool:
    bare = _STRING.sub("", text)
    unclosed = bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
    return _ANSWER.match(text) is not None and (unclosed > 0 or len(text) == 2)


def _thrown(now: Incoming, *, skips: bool) -> Incoming:
    broken = now.broken + bool(now.held)
    return Incoming(skips=skips, too_long=now.too_long + 1, broken=broken)
