"""Numbers as other tools write them."""

from math import isfinite

from krausen.importing.format import Unreadable

MISSING = frozenset(
    {"", "-", "--", "none", "null", "nan", "na", "n/a", "#n/a", "error", "undefined", "unknown", "nil", "?"}
)
"""Words, in small letters, that stand for nothing."""


def number(text: str, decimal: str = ".") -> float | None:
    """Give a finite number, None for what stands for nothing. `decimal` parts whole and fraction.

    A percent sign behind it is left out. Raises Unreadable.
    """
    text = text.strip()
    if text.casefold() in MISSING:
        return None
    plain = text.removesuffix("%").rstrip()
    if decimal == ",":
        plain = plain.replace(".", "").replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or "_" in plain:
        raise Unreadable(f"Not a number: {text[:40]!r}.")
    return value
