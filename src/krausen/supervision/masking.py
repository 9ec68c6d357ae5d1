"""Keeps secrets out of the log: values that are named as one, and texts that look like one."""

import re
from collections.abc import Mapping

from structlog.typing import EventDict, WrappedLogger

HIDDEN = "•••"

_NAMES = (
    r"tokens?|passwords?|passwd|secrets?|api[_-]?keys?|authorization|cookies?|credentials?|private[_-]?key"
)
_NAMED = re.compile(rf"(?:.*[_.-])?(?:{_NAMES})", re.IGNORECASE | re.DOTALL)
_IN_TEXT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bkrs_[A-Za-z0-9_-]{6,}"), f"krs_{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?P<before>[a-z][a-z0-9+.-]*://[^\s/@:]*):[^\s/@]+@"), rf"\g<before>:{HIDDEN}@"),
    (
        re.compile(rf"(?i)(?P<before>[?&#](?:key|setup|code|{_NAMES})=)[^\s&#'\"]+"),
        rf"\g<before>{HIDDEN}",
    ),
    (
        re.compile(rf"(?i)(?P<before>['\"](?:\w+[_.-])?(?:{_NAMES})['\"]\s*:\s*['\"])[^'\"]*"),
        rf"\g<before>{HIDDEN}",
    ),
)


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide, as a processor of the log, every value whose name says that it is a secret."""
    return {name: _masked(name, value) for name, value in event.items()}


def without_secrets(text: str) -> str:
    """Give a text with what looks like a secret hidden.

    That is a token of ours, a header of proof, a password in an address, and what a query or a quoted
    document names as a secret.
    """
    for pattern, instead in _IN_TEXT:
        text = pattern.sub(instead, text)
    return text


def _masked(name: object, value: object) -> object:
    if isinstance(name, str) and value not in (None, "") and _NAMED.fullmatch(name):
        return HIDDEN
    if isinstance(value, Mapping):
        return {key: _masked(key, one) for key, one in value.items()}
    if type(value) in {list, tuple}:
        return [_masked(None, one) for one in _items(value)]
    return value


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []
