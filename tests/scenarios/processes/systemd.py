"""A stand-in for systemctl, for units of a user: what one starts is kept running until it ends with success.

What it is told goes to the file `told` beside the units.
"""

import os
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

UNITS = Path.home() / ".config" / "systemd" / "user"
KEEPS = 'while ! "$@"; do sleep 0.2; done'
"""What systemd does for a unit with Restart=on-failure."""


def main(words: list[str]) -> int:
    """Do what systemctl does with some words, and give its exit status."""
    if "--user" not in words:
        sys.stderr.write("Interactive authentication required.\n")
        return 1
    words = [word for word in words if not word.startswith("--")]
    UNITS.mkdir(parents=True, exist_ok=True)
    with (UNITS.parent / "told").open("a") as told:
        told.write(f"{' '.join(words)}\n")
    if words[0] in {"start", "restart"}:
        start(UNITS / words[1])
    if words[0] == "disable":
        end(UNITS / words[1])
    if words[0] == "is-active":
        sys.stdout.write("active" if running(UNITS / words[1]) else "inactive")
    return 0


def start(unit: Path) -> None:
    """Start what a unit says."""
    lines = dict(line.partition("=")[::2] for line in unit.read_text().splitlines() if "=" in line)
    variables = dict([shlex.split(lines["Environment"])[0].split("=", 1)])
    command = shlex.split(lines["ExecStart"])
    kept = subprocess.Popen(
        ["/bin/sh", "-c", KEEPS, "sh", *command],
        env={**os.environ, **variables},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    unit.with_suffix(".pid").write_text(str(kept.pid))


def running(unit: Path) -> bool:
    """Tell whether what a unit starts is kept running."""
    state = Path(f"/proc/{_pid(unit)}/stat")
    return state.exists() and ") Z " not in state.read_text()


def end(unit: Path) -> None:
    """End what a unit starts, all at once."""
    with suppress(ProcessLookupError):
        os.killpg(_pid(unit), signal.SIGTERM)


def _pid(unit: Path) -> int:
    file = unit.with_suffix(".pid")
    return int(file.read_text()) if file.exists() else 2**22 + 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
