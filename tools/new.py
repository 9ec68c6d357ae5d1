"""Starts an extension: its file, a test that passes, a recording to replace, a change note.

Everything that is written works at once, on a made-up device, so that it can be changed step by step into the
real one while its test keeps watch.
"""

import argparse
import keyword
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from tools import names
from tools.checks import ROOT

TEMPLATES = Path(__file__).parent / "templates"
FILES: Mapping[str, Mapping[str, str]] = {
    "sensor": {
        "extension": "src/krausen/drivers/sensors/$name.py",
        "test": "tests/unit/drivers/sensors/test_$name.py",
        "recording": "tests/recordings/$name/made_up.jsonl",
    },
    "actuator": {
        "extension": "src/krausen/drivers/actuators/$name.py",
        "test": "tests/unit/drivers/actuators/test_$name.py",
    },
    "controller": {
        "extension": "src/krausen/drivers/controllers/$name.py",
        "test": "tests/unit/drivers/controllers/test_$name.py",
    },
    "door": {
        "extension": "src/krausen/doors/$name.py",
        "test": "tests/unit/doors/test_$name.py",
    },
    "target": {
        "extension": "src/krausen/push/targets/$name.py",
        "test": "tests/unit/push/targets/test_$name.py",
    },
    "algorithm": {
        "extension": "src/krausen/control/algorithms/$name.py",
        "test": "tests/unit/control/algorithms/test_$name.py",
    },
    "format": {
        "extension": "src/krausen/importing/formats/$name.py",
        "test": "tests/unit/importing/formats/test_$name.py",
        "recording": "tests/recordings/$name/made_up.txt",
    },
}
LONGEST = 30
NOTE = "changes/$name.added.md"
NEXT = """Next:
  1. Make $extension speak to the real thing; say what it is in its first line.
  2. Let the test follow: .venv/bin/pytest $test
  3. Say in $note what a brewer gains.
  4. just check"""


class Refused(Exception):
    """The name cannot be had; the text says why."""


def main(words: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write the files of one new extension and say what to do next."""
    parser = argparse.ArgumentParser(
        prog="just new", description="Start an extension from a working example."
    )
    parser.add_argument("kind", choices=sorted(FILES))
    parser.add_argument("name", help="small letters, digits and underscores, such as tilt_pro")
    asked = parser.parse_args(words)
    try:
        written = create(root, asked.kind, asked.name)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    for path in written.values():
        print(f"wrote {path}")
    print(Template(NEXT).substitute(written))
    return 0


def create(root: Path, kind: str, name: str) -> dict[str, Path]:
    """Write the files and give their paths below `root`. Raises Refused, and then has written nothing."""
    fault = name_fault(name)
    if fault is not None:
        raise Refused(fault)
    words = {"name": name, "title": name.replace("_", " ").capitalize()}
    texts = {part: (TEMPLATES / kind / f"{part}.txt").read_text() for part in FILES[kind]}
    texts["note"] = "Adds the $kind **$title**.\n"
    paths = {
        part: Path(Template(path).substitute(words)) for part, path in {**FILES[kind], "note": NOTE}.items()
    }
    taken = [path for path in paths.values() if (root / path).exists()]
    if taken:
        raise Refused(f"{name} is taken: {taken[0]} is there already. Choose another name.")
    for part, path in paths.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(Template(texts[part]).substitute(words, kind=kind))
    return paths


def name_fault(name: str) -> str | None:
    """Say what is wrong with a name, or None when it will do."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or len(name) > LONGEST:
        return f"{name!r} is no name: write it like tilt_pro, with at most {LONGEST} letters."
    if keyword.iskeyword(name):
        return f"{name!r} is a word of Python's own. Choose another name."
    return next(names.faults(name), None)


if __name__ == "__main__":
    sys.exit(main())
