"""What the checks of the repository share: which files are ours, and how a verdict is told."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_NOT_OURS = {"__pycache__", "dist", "htmlcov", "node_modules", "results", "shots", "web_dist"}
_OURS_THOUGH_HIDDEN = {".ci", ".github"}


def files(root: Path) -> Iterator[Path]:
    """List the files that people wrote, each folder in the order of names."""
    for path in sorted(root.iterdir()):
        if path.is_file():
            yield path
        elif path.is_dir() and _is_ours(path.name):
            yield from files(path)


def python_files(root: Path) -> list[Path]:
    """List the Python files, `run` among them."""
    return [path for path in files(root) if path.suffix == ".py" or path == root / "run"]


def page_files(root: Path) -> list[Path]:
    """List the source files of the page."""
    folder = root / "web" / "src"
    if not folder.is_dir():
        return []
    return [path for path in files(folder) if path.suffix in {".css", ".js", ".svelte", ".ts"}]


def verdict(complaints: Iterable[str], *, praise: str) -> int:
    """Print the complaints, or the praise when there is none, and give the exit status."""
    found: Sequence[str] = list(complaints)
    for complaint in found:
        print(complaint, file=sys.stderr)
    if not found:
        print(praise)
    return 1 if found else 0


def _is_ours(folder: str) -> bool:
    return folder in _OURS_THOUGH_HIDDEN or not (folder.startswith(".") or folder in _NOT_OURS)
