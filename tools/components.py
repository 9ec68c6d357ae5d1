"""Tells whose work is in ours: `python -m tools.components` writes the lists, `--check` refuses stale ones.

What the package needs to run comes from uv.lock, what is inside the page from web/package-lock.json; licence
and address of a Python package from its own metadata. What is not installed here keeps the line it has.
"""

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from msgspec import Struct, convert, to_builtins

from tools.checks import ROOT, verdict

LIST = Path("web/src/text/components.json")
PAGE = Path("docs/reference/components.md")
IN_PAGE = ("clsx", "esm-env", "svelte", "uplot")
"""What a bundle of the page contains; the other packages only build it."""
BUILDS = ("@sveltejs/vite-plugin-svelte", "vite")

_ADDRESSES = ("homepage", "home", "source", "repository", "source code", "github", "code", "documentation")
_LICENCES = {
    "any-OSI": "any OSI-approved",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
}
_LONGEST = 80
_STALE = "is not what the locks say: run `python -m tools.components`"

Lock = Mapping[str, Any]
BROWSER = "sys_platform == 'emscripten'"
"""What is needed there alone is never installed: neither server nor agent runs in a browser."""
About = Mapping[str, str | list[str]]
"""A package's metadata: its fields in small letters, those that may stand there several times as lists."""


class Component(Struct, frozen=True):
    """A work of others that is in ours, and its terms."""

    name: str
    version: str
    licence: str
    url: str


class Components(Struct, frozen=True):
    """What is inside the page, and what the server and the agents need to run; each in the order of names."""

    page: tuple[Component, ...]
    server: tuple[Component, ...]


def needed(lock: Lock, root: str) -> dict[str, str]:
    """Give the versions of all packages that one needs to run on any machine, by name."""
    packages = {package["name"]: package for package in lock["package"]}
    found: dict[str, str] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    waiting = [(root, ())]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        name, extras = one
        found[name] = packages[name].get("version", "")
        waiting += [(need["name"], tuple(need.get("extra", ()))) for need in _needs(packages[name], extras)]
    del found[root]
    return dict(sorted(found.items()))


def licence_of(about: About) -> str:
    """Give the licence that a package's metadata names, an SPDX expression where it does; empty for none."""
    named = _texts(about, "license_expression") or [
        text.partition("\n")[0] for text in _texts(about, "license")
    ]
    stated = named[0].strip() if named else ""
    if not stated or len(stated) > _LONGEST:
        classes = [text.split(" :: ") for text in _texts(about, "classifier")]
        stated = " or ".join(words[-1] for words in classes if words[0] == "License")
    return _LICENCES.get(stated, stated)


def address_of(about: About, name: str) -> str:
    """Give the address of a package's project, else that of its page on PyPI."""
    pairs = [text.partition(",") for text in _texts(about, "project_url")]
    urls = {label.strip().lower(): url.strip() for label, _, url in pairs}
    for page in _texts(about, "home_page"):
        urls.setdefault("homepage", page)
    found = (urls[label] for label in _ADDRESSES if urls.get(label, "").startswith("https://"))
    return next(found, f"https://pypi.org/project/{name}/")


def components(root: Path) -> Components:
    """Give the components that the locks of a repository name."""
    known = _known(root)
    lock = tomllib.loads((root / "uv.lock").read_text())
    locked = json.loads((root / "web" / "package-lock.json").read_text())["packages"]
    return Components(
        page=tuple(_page_part(name, locked[f"node_modules/{name}"]) for name in IN_PAGE),
        server=tuple(_package(name, version, known) for name, version in needed(lock, "krausen").items()),
    )


def page_of(found: Components) -> str:
    """Give the reference page."""
    lines = [
        "# Components and licences",
        "",
        "Krausen stands on the work of others. This is what it brings along, and under which terms;",
        "`python -m tools.components` writes the page from the locked packages.",
        "",
        *_table("In the page", found.page),
        "",
        *_table("In the server and the agents", found.server),
    ]
    return "\n".join(lines) + "\n"


def complaints(root: Path) -> Iterator[str]:
    """Give a line for every list that is not current, and every component whose terms nobody knows."""
    found = components(root)
    for file, text in _written(found).items():
        if not (root / file).is_file() or (root / file).read_text() != text:
            yield f"{file} {_STALE}"
    for part in (*found.page, *found.server):
        if not part.licence:
            yield f"{LIST}: {part.name} has no licence; install it and run `python -m tools.components`"
    yield from _unknown_in_page(root)


def main(words: Sequence[str]) -> int:
    """Write the lists, or with `--check` only tell whether they are current; give the exit status."""
    if "--check" not in words:
        for file, text in _written(components(ROOT)).items():
            (ROOT / file).write_text(text)
    return verdict(complaints(ROOT), praise="Components: every one has its licence.")


def _needs(package: Lock, extras: Iterable[str]) -> Iterator[Lock]:
    optional = package.get("optional-dependencies", {})
    for needs in (package.get("dependencies", ()), *(optional.get(extra, ()) for extra in extras)):
        yield from (need for need in needs if BROWSER not in need.get("marker", ""))


def _texts(about: About, field: str) -> list[str]:
    found = about.get(field, [])
    return [found] if isinstance(found, str) else found


def _package(name: str, version: str, known: Mapping[str, Component]) -> Component:
    try:
        about = metadata.metadata(name).json
    except metadata.PackageNotFoundError:
        former = known.get(name)
        if former is not None:
            return Component(name, version, former.licence, former.url)
        return Component(name, version, "", f"https://pypi.org/project/{name}/")
    return Component(name, version, licence_of(about), address_of(about, name))


def _page_part(name: str, entry: Lock) -> Component:
    return Component(name, entry["version"], entry["license"], f"https://www.npmjs.com/package/{name}")


def _known(root: Path) -> dict[str, Component]:
    file = root / LIST
    if not file.is_file():
        return {}
    return {part.name: part for part in convert(json.loads(file.read_text()), Components).server}


def _unknown_in_page(root: Path) -> Iterator[str]:
    wanted = json.loads((root / "web" / "package.json").read_text())["dependencies"]
    for name in wanted:
        if name not in (*IN_PAGE, *BUILDS):
            yield f"web/package.json: {name} is neither IN_PAGE nor one of BUILDS of tools/components.py"


def _table(title: str, parts: Iterable[Component]) -> Iterator[str]:
    yield from (f"## {title}", "", "| component | version | licence |", "|---|---|---|")
    yield from (f"| [{part.name}]({part.url}) | {part.version} | {part.licence} |" for part in parts)


def _written(found: Components) -> dict[Path, str]:
    return {LIST: json.dumps(to_builtins(found), indent=2) + "\n", PAGE: page_of(found)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
