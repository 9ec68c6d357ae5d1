from pathlib import Path

import pytest

from tools import names, paths, sizes
from tools.checks import files, page_files, python_files, verdict


def _written(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_files_are_those_that_people_wrote(tmp_path: Path) -> None:
    ours = {"run", "src/a.py", ".ci/run", ".github/x.yml", "web/src/build/b.ts", "web/src/c.css"}
    not_ours = {".git/d.py", ".venv/e.py", "web/node_modules/f.ts", "src/krausen/web_dist/g.js", "dist/h.py"}
    for name in ours | not_ours:
        _written(tmp_path, name, "")
    assert {str(path.relative_to(tmp_path)) for path in files(tmp_path)} == ours
    assert {path.name for path in python_files(tmp_path)} == {"run", "a.py"} - {".ci/run"}
    assert {path.name for path in page_files(tmp_path)} == {"b.ts", "c.css"}


def test_a_verdict_is_praise_or_blame(capsys: pytest.CaptureFixture[str]) -> None:
    assert (verdict([], praise="fine"), capsys.readouterr().out) == (0, "fine\n")
    assert (verdict(["bad"], praise="fine"), capsys.readouterr().err) == (1, "bad\n")


@pytest.mark.parametrize(
    ("name", "lines", "complaints"),
    [
        ("src/krausen/agent/a.py", 400, 0),
        ("src/krausen/agent/a.py", 401, 1),
        ("src/krausen/drivers/sensors/a.py", 250, 0),
        ("src/krausen/drivers/sensors/a.py", 251, 1),
        ("src/krausen/control/algorithms/a.py", 251, 1),
        ("web/src/pages/A.svelte", 400, 0),
        ("web/src/pages/A.svelte", 401, 1),
        ("docs/a.md", 401, 0),
    ],
)
def test_a_file_may_have_so_many_lines(name: str, lines: int, complaints: int, tmp_path: Path) -> None:
    _written(tmp_path, name, "# a line\n" * lines)
    assert len(list(sizes.complaints(tmp_path))) == complaints


@pytest.mark.parametrize(("lines", "complaints"), [(59, 0), (60, 1)])
def test_a_function_may_have_sixty_lines(lines: int, complaints: int, tmp_path: Path) -> None:
    _written(tmp_path, "src/a.py", "class A:\n    async def f(self):\n" + "        pass\n" * lines)
    assert len(list(sizes.complaints(tmp_path))) == complaints


@pytest.mark.parametrize(
    ("parameters", "complaints"),
    [
        ("a, b, c, d, e, f", 0),
        ("self, a, b, c, d, e, f", 0),
        ("a, b, c, d, e, f, g", 1),
        ("a, /, b, c, d, *, e, f", 0),
        ("a, /, b, c, d, *, e, f, g", 1),
        ("a, b, c, d, e, *f, **g", 1),
    ],
)
def test_a_function_may_take_six_parameters(parameters: str, complaints: int, tmp_path: Path) -> None:
    _written(tmp_path, "src/a.py", f"def f({parameters}):\n    pass\n")
    assert len(list(sizes.complaints(tmp_path))) == complaints


@pytest.mark.parametrize(
    "name", ["DeviceManager", "BaseDriver", "HTTPHandler", "device_utils", "SeriesInfo", "batch_data"]
)
def test_an_empty_word_is_refused(name: str) -> None:
    assert list(names.faults(name))


@pytest.mark.parametrize(
    "name", ["database", "Basement", "DS18B20", "Informed", "management", "one_wire", "DataFolder"]
)
def test_a_word_that_only_contains_one_is_not(name: str) -> None:
    assert not list(names.faults(name))


def test_names_of_modules_folders_and_classes_are_looked_at(tmp_path: Path) -> None:
    _written(tmp_path, "src/krausen/common/a.py", "")
    _written(tmp_path, "src/krausen/helpers.py", "")
    _written(tmp_path, "src/krausen/a.py", "class A:\n    class Info:\n        pass\n")
    _written(tmp_path, "web/src/data.ts", "")
    found = list(names.complaints(tmp_path))
    assert [line.split(":")[0] for line in found] == [
        "src/krausen/a.py",
        "src/krausen/common/a.py",
        "src/krausen/helpers.py",
    ]
    assert found[0].startswith("src/krausen/a.py:2:")


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("see /home" + "/anna/notes", True),
        ("see /Users" + "/anna", True),
        ("cd /root" + "/x", True),
        ("in /place" + "/clones/krausen/run", True),
        ("in /place" + "/clones/other", True),
        ("https://example.org/home" + "/anna", False),
        ("in /home" + "/pi/krausen", False),
        ("in /home" + "/pieter/krausen", True),
        ("in ~/krausen and /opt/krausen", False),
        ("in /place" + "/other", False),
    ],
)
def test_paths_of_one_machine_are_refused(line: str, refused: bool) -> None:
    assert bool(paths.machine_paths(Path("/place/clones/krausen")).search(line)) is refused


def test_a_clone_where_every_machine_has_a_folder_refuses_nothing_more() -> None:
    for place in ("/opt/krausen", "/tmp/krausen", "/krausen"):  # noqa: S108 - a place to clone to, not to write to
        assert not paths.machine_paths(Path(place)).search("see /opt/krausen, /tmp/krausen/run")


def test_paths_are_told_with_file_and_line_and_pictures_are_passed_over(tmp_path: Path) -> None:
    _written(tmp_path, "docs/a.md", "fine\n/home" + "/anna/notes\n")
    (tmp_path / "docs" / "a.png").write_bytes(b"\xff\xfe/home" + b"/anna\n")
    assert [line.split(": ")[0] for line in paths.complaints(tmp_path)] == ["docs/a.md:2"]
