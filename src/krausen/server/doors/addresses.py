"""Paths of doors, of which some parts may be anything."""

from collections.abc import Iterable
from itertools import starmap


class Addresses:
    """Finds what a path leads to. A part in braces, as in `/profile/{id}`, is any one that is not empty."""

    def __init__(self, patterns: Iterable[tuple[str, str]]) -> None:
        self._exact: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        for pattern, name in patterns:
            if "{" in pattern:
                self._open.append((pattern, name))
            else:
                self._exact[pattern] = name

    def find(self, path: str) -> str | None:
        """Give the name that a path was given, or None."""
        found = self._exact.get(path)
        return found or next((name for pattern, name in self._open if overlap(pattern, path)), None)

    def clash(self, pattern: str) -> str | None:
        """Give the name at a path that this one could be as well, or None."""
        at = (*self._exact.items(), *self._open)
        return next((name for other, name in at if overlap(other, pattern)), None)


def overlap(one: str, other: str) -> bool:
    """Tell whether there is a path that both patterns lead to; a path without braces is one too."""
    parts, others = one.split("/"), other.split("/")
    return len(parts) == len(others) and all(starmap(_meet, zip(parts, others, strict=True)))


def _meet(part: str, other: str) -> bool:
    return part == other or (_is_open(part) and other != "") or (_is_open(other) and part != "")


def _is_open(part: str) -> bool:
    return part.startswith("{") and part.endswith("}")
