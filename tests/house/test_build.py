import os
import subprocess
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hatch_build
from hatch_build import NODE_FROM_PYPI, OUTPUT, PageFailed, PageHook, fingerprint, is_current, is_new_enough
from tests.house.conftest import Program
from tools.checks import ROOT

BUILDS = """
case "$1" in
  ci) echo ci >> "$COUNTED" ;;
  run)
    mkdir -p ../src/krausen/web_dist/assets
    cat src/main.ts > ../src/krausen/web_dist/index.html
    cat src/main.ts > ../src/krausen/web_dist/assets/main.js ;;
esac
"""


class Warned:
    """What hatchling lends to a hook, as far as ours uses it."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, message: str) -> None:
        """Keep what would be shown."""
        self.warnings.append(message)


@pytest.fixture
def tree(tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a small clone with a page, and a Node on the path that builds it at once."""
    root = tmp_path / "clone"
    for name in (
        "web/package.json",
        "web/package-lock.json",
        "web/src/main.ts",
        "clients/javascript/src/index.ts",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / "src" / "krausen").mkdir(parents=True)
    program(tmp_path / "bin" / "node", "echo v22.12.0")
    program(tmp_path / "bin" / "npm", BUILDS)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    monkeypatch.setenv("COUNTED", str(tmp_path / "counted"))
    monkeypatch.delenv("KRAUSEN_WEB", raising=False)
    return root


def _hook(root: Path) -> tuple[PageHook, Warned]:
    warned, nothing = Warned(), cast("Any", None)
    return PageHook(str(root), {}, nothing, nothing, "", "wheel", cast("Any", warned)), warned


def _builds(root: Path) -> int:
    counted = root.parent / "counted"
    return len(counted.read_text().splitlines()) if counted.exists() else 0


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("v20.19.0", True),
        ("v20.20.2\n", True),
        ("v22.12.0", True),
        ("v24.19.0", True),
        ("v25.0.0-nightly2026", True),
        ("v18.19.0", False),
        ("v20.18.3", False),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("", False),
        ("node", False),
    ],
)
def test_node_is_new_enough_as_vite_sees_it(version: str, fits: bool) -> None:
    assert is_new_enough(version) is fits


@given(st.text())
def test_no_answer_of_a_node_is_too_odd(version: str) -> None:
    assert is_new_enough(version) in {True, False}


def test_a_fingerprint_sees_content_name_and_place(tree: Path) -> None:
    seen = {fingerprint(tree)}
    main = tree / "web" / "src" / "main.ts"
    main.write_text("changed")
    seen.add(fingerprint(tree))
    main.rename(tree / "web" / "src" / "start.ts")
    seen.add(fingerprint(tree))
    (tree / "web" / "src" / "start.ts").rename(tree / "web" / "start.ts")
    seen.add(fingerprint(tree))
    (tree / "clients" / "javascript" / "src" / "index.ts").write_text("changed")
    seen.add(fingerprint(tree))
    assert len(seen) == 5


def test_a_fingerprint_does_not_see_what_the_page_is_not_built_from(tree: Path) -> None:
    before = fingerprint(tree)
    for name in (
        "web/node_modules/vite/index.js",
        "web/test/main.test.ts",
        "web/.svelte-kit/types.ts",
        "src/krausen/a.py",
    ):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("no source")
    assert fingerprint(tree) == before


def test_a_page_is_built_once_and_again_when_a_source_has_changed(tree: Path) -> None:
    hook, warned = _hook(tree)
    packed: dict[str, Any] = {"artifacts": []}
    hook.initialize("standard", packed)
    assert packed["artifacts"] == ["/src/krausen/web_dist/**"]
    assert is_current(tree)
    hook.initialize("standard", packed)
    assert _builds(tree) == 1
    (tree / "web" / "src" / "main.ts").write_text("newer")
    assert not is_current(tree)
    hook.initialize("standard", packed)
    assert (tree / OUTPUT / "index.html").read_text() == "newer"
    assert (_builds(tree), warned.warnings) == (2, [])


def test_what_an_old_page_had_is_gone_with_it(tree: Path) -> None:
    hook, _ = _hook(tree)
    hook.initialize("standard", {"artifacts": []})
    (tree / OUTPUT / "assets" / "old.js").write_text("old")
    (tree / "web" / "src" / "main.ts").write_text("newer")
    hook.initialize("standard", {"artifacts": []})
    assert sorted(path.name for path in (tree / OUTPUT / "assets").iterdir()) == ["main.js"]
    assert [path.name for path in (tree / "src" / "krausen").iterdir()] == ["web_dist"]


def test_builds_at_the_same_time_leave_one_whole_page(tree: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(hatch_build.make_current, [tree] * 16))
    assert is_current(tree)
    assert [path.name for path in (tree / "src" / "krausen").iterdir()] == ["web_dist"]


def test_building_leaves_the_authors_folder_alone(tree: Path) -> None:
    before = sorted((tree / "web").rglob("*"))
    hatch_build.make_current(tree)
    assert sorted((tree / "web").rglob("*")) == before


def test_a_page_that_cannot_be_built_is_a_warning_and_the_old_one_stays(tree: Path, program: Program) -> None:
    hook, warned = _hook(tree)
    hook.initialize("standard", {"artifacts": []})
    (tree / "web" / "src" / "main.ts").write_text("newer")
    program(tree.parent / "bin" / "npm", "echo no room; exit 1")
    hook.initialize("standard", {"artifacts": []})
    assert len(warned.warnings) == 1
    assert "npm ci --omit=dev" in warned.warnings[0]
    assert "no room" in warned.warnings[0]
    assert (tree / OUTPUT / "index.html").read_text() == "web/src/main.ts"


@pytest.mark.parametrize(
    ("script", "text"),
    [("echo no room; exit 1", "no room"), ("exit 0", "left no src/krausen/web_dist/index.html")],
)
def test_a_page_that_is_required_and_cannot_be_built_is_an_error(
    script: str, text: str, tree: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAUSEN_WEB", "require")
    program(tree.parent / "bin" / "npm", script)
    with pytest.raises(PageFailed, match=text):
        _hook(tree)[0].initialize("standard", {"artifacts": []})
    assert not (tree / OUTPUT).exists()


def test_a_page_that_is_skipped_is_neither_built_nor_packed(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAUSEN_WEB", "skip")
    hook, warned = _hook(tree)
    packed: dict[str, Any] = {"artifacts": []}
    hook.initialize("standard", packed)
    assert (packed["artifacts"], hook.dependencies(), _builds(tree), warned.warnings) == ([], [], 0, [])


def test_an_unknown_wish_is_an_error(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KRAUSEN_WEB", "maybe")
    with pytest.raises(PageFailed, match="'maybe'"):
        _hook(tree)[0].dependencies()


def test_a_source_archive_without_sources_of_the_page_keeps_the_one_it_brought(tree: Path) -> None:
    hatch_build.make_current(tree)
    (tree / "web" / "package.json").unlink()
    assert hatch_build.make_current(tree) is False
    (tree / OUTPUT / ".sources").unlink()
    with pytest.raises(PageFailed, match=r"web/package\.json"):
        hatch_build.make_current(tree)


@pytest.mark.parametrize("absent", ["node", "npm"])
def test_node_comes_from_pypi_only_where_it_is_missing_and_needed(
    tree: Path, absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook, _ = _hook(tree)
    assert hook.dependencies() == []
    monkeypatch.setenv("PATH", str(tree.parent / "bin"))
    (tree.parent / "bin" / absent).unlink()
    assert hook.dependencies() == [NODE_FROM_PYPI]
    (tree / OUTPUT).mkdir()
    (tree / OUTPUT / "index.html").write_text("page")
    (tree / OUTPUT / ".sources").write_text(fingerprint(tree))
    assert hook.dependencies() == []


def test_an_old_node_is_as_good_as_none(
    tree: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tree.parent / "bin" / "node", "echo v18.19.0")
    monkeypatch.setattr(hatch_build, "pypi_node", lambda: None)
    assert _hook(tree)[0].dependencies() == [NODE_FROM_PYPI]
    with pytest.raises(PageFailed, match=r"Node 20\.19"):
        hatch_build.make_current(tree)


def test_uv_watches_everything_that_the_page_is_built_from() -> None:
    keys = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["cache-keys"]
    patterns = [key["file"].replace("**", "**/*") for key in keys if "file" in key]
    watched = {path for pattern in patterns for path in ROOT.glob(pattern)}
    assert set(hatch_build.sources(ROOT)) <= watched


@pytest.mark.timeout(600)
def test_wheel_and_source_archive_carry_the_page(
    tmp_path: Path, uv: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRAUSEN_WEB", "require")
    done = subprocess.run(
        [uv, "build", "--out-dir", str(tmp_path), str(ROOT)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        assert {"krausen/web_dist/index.html", "krausen/web_dist/.sources"} <= set(wheel.namelist())
    archive = next(tmp_path.glob("*.tar.gz"))
    subprocess.run(["tar", "-xf", str(archive), "-C", str(tmp_path)], check=True)
    unpacked = tmp_path / archive.name.removesuffix(".tar.gz")
    monkeypatch.setenv("PATH", os.devnull)
    assert is_current(unpacked)
    assert _hook(unpacked)[0].dependencies() == []
