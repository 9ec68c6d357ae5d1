from pathlib import Path

import pytest

from krausen.supervision.wanted import Agents, Place, Recipe, Wanted, wanted_agents


def test_the_server_is_told_its_folder_and_its_place() -> None:
    recipe = Recipe(("python", "-m", "krausen"), Path("/beer"), Place("0.0.0.0", 8081))  # noqa: S104 named only
    command = ("server", "--data", "/beer", "--host", "0.0.0.0", "--port", "8081")  # noqa: S104 named only
    assert recipe.server() == Wanted("server", ("python", "-m", "krausen", *command))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8081"),
        ("0.0.0.0", "http://127.0.0.1:8081"),  # noqa: S104 named only
        ("192.168.1.5", "http://192.168.1.5:8081"),
        ("::", "http://[::1]:8081"),
        ("fd00::5", "http://[fd00::5]:8081"),
    ],
)
def test_agents_find_the_server_wherever_it_listens(host: str, url: str) -> None:
    recipe = Recipe(("krausen",), Path("/beer"), Place(host, 8081))
    command = ("krausen", "agent", "keezer", "--data", "/beer", "--server", url)
    assert recipe.agent("keezer") == Wanted("dev-keezer", command)


def test_without_a_folder_of_agents_none_is_wanted(tmp_path: Path) -> None:
    assert wanted_agents(tmp_path / "agents") == Agents(frozenset(), frozenset())


def test_an_agent_is_wanted_where_its_token_is(tmp_path: Path) -> None:
    fit = ["a", "Keezer-2", "fridge.old_1", "x" * 64]
    unfit = ["two words", "-r", ".hidden", "höhle", "x" * 65, "krausen"]
    for name in (*fit, *unfit):
        (tmp_path / name).mkdir()
        (tmp_path / name / "token").touch()
    (tmp_path / "without").mkdir()
    (tmp_path / "with-a-folder" / "token").mkdir(parents=True)
    (tmp_path / "file").touch()
    assert wanted_agents(tmp_path) == Agents(frozenset(fit), frozenset(unfit))
