"""Patterns mean the same on every Python that is supported."""

import re

from tools.checks import ROOT

POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+")


def test_a_group_is_repeated_atomically_and_not_possessively() -> None:
    """Before Python 3.11.5 a possessive group matches what it should not (python/cpython#106052)."""
    files = [path for folder in ("src", "clients/python/src") for path in (ROOT / folder).rglob("*.py")]
    assert files
    found = [
        f"{path.relative_to(ROOT)}:{number}: write (?>(?:...)*) for {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if POSSESSIVE_GROUP.search(line)
    ]
    assert found == []
