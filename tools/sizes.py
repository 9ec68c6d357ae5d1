"""Refuses modules, functions and parameter lists that have grown too long."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.checks import ROOT, page_files, python_files, verdict

MODULE_LINES = 400
EXTENSION_LINES = 250
FUNCTION_LINES = 60
PARAMETERS = 6

EXTENSIONS = (
    "src/krausen/alarms/rules/*.py",
    "src/krausen/control/algorithms/*.py",
    "src/krausen/doors/*.py",
    "src/krausen/drivers/*/*.py",
    "src/krausen/importing/formats/*.py",
    "src/krausen/notify/ways/*.py",
    "src/krausen/push/targets/*.py",
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def complaints(root: Path) -> Iterator[str]:
    """Give a line for everything under `root` that is over its limit."""
    for path in python_files(root):
        name, text = path.relative_to(root), path.read_text()
        yield from _too_long(name, text)
        for function in _functions(ast.parse(text)):
            yield from (f"{name}:{function.lineno}: {fault}" for fault in function_faults(function))
    for path in page_files(root):
        yield from _too_long(path.relative_to(root), path.read_text())


def module_limit(name: Path) -> int:
    """Give the number of lines that a file of this name may have."""
    return EXTENSION_LINES if any(name.match(pattern) for pattern in EXTENSIONS) else MODULE_LINES


def function_faults(function: Function) -> Iterator[str]:
    """Tell what is over the limit in a function; a method's own object is not counted."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if lines > FUNCTION_LINES:
        yield f"{function.name} has {lines} lines, at most {FUNCTION_LINES} are allowed; give its parts names"
    taken = _parameters(function.args)
    if len(taken) > PARAMETERS:
        yield f"{function.name} takes {len(taken)} parameters, at most {PARAMETERS} are allowed; bundle some"


def _too_long(name: Path, text: str) -> Iterator[str]:
    lines, limit = len(text.splitlines()), module_limit(name)
    if lines > limit:
        yield f"{name}:{limit}: the file has {lines} lines, at most {limit} are allowed; cut it in two"


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    plain = [*arguments.posonlyargs, *arguments.args]
    if plain and plain[0].arg in {"self", "cls"}:
        plain = plain[1:]
    starred = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*plain, *arguments.kwonlyargs, *starred]


if __name__ == "__main__":
    sys.exit(verdict(complaints(ROOT), praise="Sizes: nothing is over its limit."))
