from pathlib import Path

from krausen.supervision.wanted import Agents, Recipe, Wanted, wanted_agents


def test_the_server_is_told_its_folder_and_its_port() -> None:
    recipe = Recipe(("python", "-m", "krausen"), Path("/beer"), 8081)
    command = ("python", "-m", "krausen", "server", "--data", "/beer", "--port", "8081")
    assert recipe.server() == Wanted("server", command)


def test_without_a_folder_of_agents_none_is_wanted(tmp_path: Path) -> None:
    assert wanted_agents(tmp_path / "agents") == Agents(frozenset(), frozenset())


def test_an_agent_is_wanted_where_its_token_is(tmp_path: Path) -> None:
    fit = ["a", "Keezer-2", "fridge.old_1", "x" * 64]
    unfit = ["two words", "-r", ".hidden", "höhle", "x" * 65]
    for name in (*fit, *unfit):
        (tmp_path / name).mkdir()
        (tmp_path / name / "token").touch()
    (tmp_path / "without").mkdir()
    (tmp_path / "with-a-folder" / "token").mkdir(parents=True)
    (tmp_path / "file").touch()
    assert wanted_agents(tmp_path) == Agents(frozenset(fit), frozenset(unfit))
