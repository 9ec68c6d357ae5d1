"""Checks the notes in changes/, and gathers them into CHANGELOG.md when a version is released.

A note is changes/TOPIC.KIND.md and says in a sentence or two what a brewer gains, loses or has to do.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.checks import ROOT, verdict

KINDS = ("added", "changed", "deprecated", "removed", "fixed", "security")
UNRELEASED = "## [Unreleased]\n"


def main(words: Sequence[str], root: Path = ROOT) -> int:
    """Check the notes; given a version and a date, gather and remove them."""
    status = verdict(complaints(root), praise=f"Changes: {len(notes(root))} notes wait for the next release.")
    if status == 0 and words:
        version, date = words
        log = root / "CHANGELOG.md"
        log.write_text(released(log.read_text(), version, date, notes(root)))
        for note in notes(root):
            note.unlink()
    return status


def notes(root: Path) -> list[Path]:
    """List the notes in the order of their names."""
    return sorted(path for path in (root / "changes").glob("*") if path.name != "README.md")


def complaints(root: Path) -> Iterator[str]:
    """Give a line for every note whose name or text will not do."""
    for note in notes(root):
        name = note.relative_to(root)
        if not re.fullmatch(rf"[a-z0-9_-]+\.({'|'.join(KINDS)})\.md", note.name):
            yield f"{name}: a note is called TOPIC.KIND.md, KIND one of {', '.join(KINDS)}"
        elif not note.read_text().strip():
            yield f"{name}: say what a brewer gains, loses or has to do"


def released(log: str, version: str, date: str, gathered: Sequence[Path]) -> str:
    """Give the change log with a section for this version, below the one for what is not released yet."""
    before, _, after = log.partition(UNRELEASED)
    said, older = re.split(r"(?=^## |\Z)", after, maxsplit=1, flags=re.MULTILINE)
    sections = [f"## [{version}] - {date}"]
    for kind in KINDS:
        texts = [note.read_text().strip() for note in gathered if note.name.endswith(f".{kind}.md")]
        if texts:
            bullets = "\n".join("- " + text.replace("\n", "\n  ") for text in texts)
            sections.append(f"### {kind.capitalize()}\n\n{bullets}")
    return before + UNRELEASED + said + "\n\n".join(sections) + "\n\n" + older


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
