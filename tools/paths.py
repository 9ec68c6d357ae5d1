"""Refuses paths that exist on one machine only: home folders, and the place of this very clone."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.checks import ROOT, files, verdict

_HOMES = r"/home/(?!pi\b)\w|/Users/\w|/root\b/|[A-Z]:\\Users\\"
"""The home of pi is the same on every Raspberry Pi."""
_ON_EVERY_MACHINE = {"app", "etc", "home", "media", "mnt", "opt", "root", "run", "srv", "tmp", "usr", "var"}


def complaints(root: Path) -> Iterator[str]:
    """Give a line for every line of a text file under `root` that has such a path in it."""
    pattern = machine_paths(root)
    for path in files(root):
        for number, line in enumerate(_lines(path), start=1):
            found = pattern.search(line)
            if found is not None:
                name = path.relative_to(root)
                yield f"{name}:{number}: {found[0]!r} exists on one machine only; make it relative"


def machine_paths(root: Path) -> re.Pattern[str]:
    """Give the pattern of what is refused when the clone is at `root`: homes, the clone and its neighbours.

    A clone in a folder that every machine has, such as /opt, adds nothing: guides may speak of those.
    """
    refused = [_HOMES]
    if root.parts[1:2] and root.parts[1] not in _ON_EVERY_MACHINE:
        refused += [re.escape(f"{folder}/") for folder in (root, root.parent) if folder != Path(root.anchor)]
    return re.compile(rf"(?<![\w.~])(?:{'|'.join(refused)})")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


if __name__ == "__main__":
    sys.exit(verdict(complaints(ROOT), praise="Paths: none belongs to one machine alone."))
