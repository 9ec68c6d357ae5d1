"""Refuses names of modules and classes that say nothing about what is inside."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.checks import ROOT, python_files, verdict

REFUSED = frozenset({"base", "common", "handler", "helper", "manager", "misc", "util"})
REFUSED_AT_THE_END = frozenset({"data", "info"})


def complaints(root: Path) -> Iterator[str]:
    """Give a line for every module, package and class under `root` whose name has a refused word in it."""
    for path in python_files(root):
        name = path.relative_to(root)
        for part in name.parts:
            yield from (f"{name}:1: {fault}" for fault in faults(Path(part).stem))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                yield from (f"{name}:{node.lineno}: {fault}" for fault in faults(node.name))


def faults(name: str) -> Iterator[str]:
    """Tell which words of a snake_case or CamelCase name are refused, in the plural too; not DataFolder."""
    words = [word.lower().removesuffix("s") for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]
    for place, word in enumerate(words, start=1):
        if word in REFUSED or (place == len(words) and word in REFUSED_AT_THE_END):
            yield f"{name!r} has the word {word!r} in it, which says nothing; use the word of the trade"


if __name__ == "__main__":
    sys.exit(verdict(complaints(ROOT), praise="Names: none of the empty words is used."))
