"""Builds and checks the page: `npm run build` into the package, `npm run check` and `npm test` in web/.

The job `install` only fetches the packages that the checks need; `client FOLDER` packs the JavaScript client
into a folder; `node WORD…` runs Node.

Takes Node from the machine, or from PyPI where the machine has none that is new enough.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hatch_build import Node, PageFailed, make_current, pypi_node, system_node
from tools.checks import ROOT

JOBS = ("build", "check", "test", "install", "client FOLDER", "node WORD…")


def main(words: Sequence[str]) -> int:
    """Do the job that the words name, and give its exit status."""
    if not _is_job(words):
        print(f"Say one of: {', '.join(JOBS)}", file=sys.stderr)
        return 2
    node = system_node() or pypi_node()
    if node is None:
        return _with_node_from_pypi(words)
    try:
        return _done(words[0], words[1:], node)
    except PageFailed as failure:
        print(failure, file=sys.stderr)
        return 1


def install(web: Path, node: Node) -> None:
    """Install the packages that web/package-lock.json names, once, even when several ask at the same time."""
    locked = web / "package-lock.json"
    mark = web / "node_modules" / ".installed"
    with _alone(locked):
        wanted = hashlib.sha256(locked.read_bytes()).hexdigest()
        if mark.is_file() and mark.read_text() == wanted:
            return
        done = node.run_npm("ci", "--no-audit", "--no-fund", folder=web)
        if done.returncode != 0:
            raise PageFailed(f"npm ci failed:\n{done.stdout}")
        mark.write_text(wanted)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    with file.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _is_job(words: Sequence[str]) -> bool:
    length = {"client": 2, "node": len(words)}
    return any(words and job.split()[0] == words[0] for job in JOBS) and len(words) == length.get(words[0], 1)


def _done(job: str, rest: Sequence[str], node: Node) -> int:
    if job == "build":
        print("The page was built." if make_current(ROOT) else "The page is current.")
        return 0
    if job == "node":
        return subprocess.call([node.programs / "node", *rest])
    install(ROOT / "web", node)
    if job == "install":
        return 0
    if job == "client":
        pack = ("pack", "--pack-destination", str(Path(rest[0]).resolve()))
        done = node.run_npm(*pack, folder=ROOT / "clients" / "javascript")
    else:
        done = node.run_npm("run", job, folder=ROOT / "web")
    print(done.stdout)
    return done.returncode


def _with_node_from_pypi(words: Sequence[str]) -> int:
    """Do the job in an environment of its own that has Node from PyPI; it is gone afterwards."""
    alone = [
        os.environ.get("UV", "uv"),
        "run",
        "--frozen",
        "--isolated",
        "--only-group",
        "node",
        "--python",
        sys.executable,
    ]
    return subprocess.call([*alone, "python", "-m", "tools.page", *words], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
