from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hatch_build import Node, PageFailed
from tests.house.conftest import Program
from tools import page


@pytest.fixture
def web(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "package-lock.json").write_text("first")
    return tmp_path / "web"


@pytest.fixture
def node(tmp_path: Path, program: Program) -> Callable[[str], Node]:
    return lambda script: Node(tmp_path / "bin", (str(program(tmp_path / "bin" / "npm", script)),))


INSTALLS = 'echo "$@" >> asked; rm -rf node_modules; sleep 0.05; mkdir node_modules'


def test_packages_are_installed_once_even_when_many_ask(web: Path, node: Callable[[str], Node]) -> None:
    npm = node(INSTALLS)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(page.install, [web] * 8, [npm] * 8))
    assert (web / "asked").read_text() == "ci --no-audit --no-fund\n"


def test_packages_are_installed_again_when_other_ones_are_locked(
    web: Path, node: Callable[[str], Node]
) -> None:
    npm = node(INSTALLS)
    page.install(web, npm)
    (web / "package-lock.json").write_text("second")
    page.install(web, npm)
    page.install(web, npm)
    assert len((web / "asked").read_text().splitlines()) == 2


def test_a_failure_is_told_and_tried_again_next_time(web: Path, node: Callable[[str], Node]) -> None:
    with pytest.raises(PageFailed, match="no room"):
        page.install(web, node("echo no room; exit 1"))
    page.install(web, node(INSTALLS))
    assert (web / "node_modules" / ".installed").is_file()


@pytest.mark.parametrize("words", [[], ["bake"], ["check", "test"], ["client"], ["client", "here", "there"]])
def test_other_words_are_wrong_usage(words: list[str]) -> None:
    assert page.main(words) == 2
