from pathlib import Path

import pytest

from tools import components
from tools.checks import ROOT
from tools.components import About, Component, Components, address_of, complaints, licence_of, needed, page_of

LOCK = {
    "package": [
        {
            "name": "krausen",
            "version": "1",
            "dependencies": [{"name": "a", "extra": ["fast"]}, {"name": "b"}],
        },
        {
            "name": "a",
            "version": "2",
            "dependencies": [{"name": "b", "marker": "sys_platform == 'win32'"}],
            "optional-dependencies": {"fast": [{"name": "c"}], "slow": [{"name": "d"}]},
        },
        {"name": "b", "version": "3"},
        {"name": "c", "version": "4", "dependencies": [{"name": "a"}]},
        {"name": "d", "version": "5"},
    ]
}


def test_the_lists_are_current() -> None:
    assert list(complaints(ROOT)) == []


def test_what_is_needed_is_found_through_extras_and_circles_but_not_what_nobody_asked_for() -> None:
    assert needed(LOCK, "krausen") == {"a": "2", "b": "3", "c": "4"}


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        ({"license_expression": "MIT OR Apache-2.0", "license": "other"}, "MIT OR Apache-2.0"),
        ({"license": "MIT License\n\nCopyright (c) somebody"}, "MIT"),
        ({"license": "x" * 81, "classifier": ["License :: OSI Approved :: MIT License"]}, "MIT"),
        ({"classifier": ["License :: OSI Approved :: BSD License", "Topic :: Home"]}, "BSD License"),
        ({}, ""),
    ],
)
def test_a_licence_is_what_the_metadata_says_first_and_shortest(lines: About, licence: str) -> None:
    assert licence_of(lines) == licence


@pytest.mark.parametrize(
    ("lines", "url"),
    [
        ({"project_url": ["Source, https://b", "Homepage, https://a"]}, "https://a"),
        ({"project_url": ["Homepage, http://a", "GitHub, https://b"]}, "https://b"),
        ({"home_page": "https://c"}, "https://c"),
        ({}, "https://pypi.org/project/x/"),
    ],
)
def test_an_address_is_the_projects_own_before_that_of_the_registry(lines: About, url: str) -> None:
    assert address_of(lines, "x") == url


def test_a_component_without_a_licence_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare = Components(page=(), server=(Component("x", "1", "", "https://x"),))
    monkeypatch.setattr(components, "components", lambda _: bare)
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "package.json").write_text('{"dependencies": {"heavy": "1"}}')
    told = list(complaints(tmp_path))
    assert any("x has no licence" in line for line in told)
    assert any("components.md is not what the locks say" in line for line in told)
    assert any("heavy is neither IN_PAGE" in line for line in told)


def test_the_reference_page_has_a_row_for_each() -> None:
    part = Component("x", "1", "MIT", "https://x")
    assert "| [x](https://x) | 1 | MIT |" in page_of(Components(page=(part,), server=()))
