"""Keeps what a real device said as a recording for its tests.

    some-program | just record ds18b20 cellar-1 temperature=18.312

adds standard input, byte for byte, to tests/recordings/ds18b20/captured.jsonl, and what it decodes to.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.checks import ROOT


def main(words: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Add standard input to the recordings of a device."""
    parser = argparse.ArgumentParser(prog="just record", description="Keep standard input as a recording.")
    parser.add_argument("name", help="name of the driver")
    parser.add_argument("id", help="name of this recording, not used before")
    parser.add_argument(
        "expect", nargs="+", type=_expectation, help="METRIC=NUMBER that it should be decoded to"
    )
    asked = parser.parse_args(words)
    folder = root / "tests" / "recordings" / asked.name
    if not folder.is_dir():
        parser.error(f"there is no folder {folder.relative_to(root)}; is the driver's name right?")
    if asked.id in recorded(folder):
        parser.error(f"{asked.id} is recorded already; give this one another name")
    path = folder / "captured.jsonl"
    with path.open("a") as file:
        file.write(line(asked.id, sys.stdin.buffer.read(), dict(asked.expect)))
    print(f"added to {path.relative_to(root)}")
    return 0


def recorded(folder: Path) -> list[str]:
    """List the ids of all recordings in a folder."""
    lines = (line for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines())
    return [json.loads(line)["id"] for line in lines]


def line(id: str, raw: bytes, expect: Mapping[str, float]) -> str:
    """Give the line that holds a recording."""
    return json.dumps({"id": id, "kind": "capture", "raw_hex": raw.hex(), "expect": expect}) + "\n"


def _expectation(word: str) -> tuple[str, float]:
    metric, _, value = word.partition("=")
    return metric, float(value)


if __name__ == "__main__":
    sys.exit(main())
