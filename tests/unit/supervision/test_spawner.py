from pathlib import Path

import structlog.testing

from krausen.supervision.spawner import Spawner
from krausen.supervision.wanted import Agents, Place, Recipe, Wanted, wanted_agents

RECIPE = Recipe(("krausen",), Path("/beer"), Place("127.0.0.1", 8080))


class Stable:
    """Remembers what it was told to run."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset({"server"})
        self.commands: dict[str, tuple[str, ...]] = {}

    def want(self, wanted: Wanted) -> bool:
        self.names |= {wanted.name}
        self.commands[wanted.name] = wanted.command
        return True

    def unwant(self, name: str) -> None:
        self.names -= {name}


def agent(folder: Path, name: str) -> Path:
    path = folder / name
    path.mkdir(parents=True)
    (path / "token").write_text("krs_1")
    return path


def test_agents_come_and_go_with_their_tokens(tmp_path: Path) -> None:
    stable = Stable()
    spawner = Spawner(stable, lambda: wanted_agents(tmp_path), RECIPE.agent)
    spawner.compare()
    assert stable.names == {"server"}
    first = agent(tmp_path, "keezer")
    agent(tmp_path, "cellar")
    (tmp_path / "remote").mkdir()
    spawner.compare()
    assert stable.names == {"server", "dev-keezer", "dev-cellar"}
    (first / "token").unlink()
    spawner.compare()
    assert stable.names == {"server", "dev-cellar"}


def test_an_agent_is_told_its_folder_and_its_server(tmp_path: Path) -> None:
    stable = Stable()
    agent(tmp_path, "keezer")
    Spawner(stable, lambda: wanted_agents(tmp_path), RECIPE.agent).compare()
    told = ("krausen", "agent", "keezer", "--data", "/beer", "--server", "http://127.0.0.1:8080")
    assert stable.commands["dev-keezer"] == told


def test_a_list_that_cannot_be_read_changes_nothing_and_is_told_once(tmp_path: Path) -> None:
    stable = Stable()
    agent(tmp_path, "keezer")
    readable = True

    def listed() -> Agents:
        if not readable:
            raise PermissionError(13, "Permission denied")
        return wanted_agents(tmp_path)

    spawner = Spawner(stable, listed, RECIPE.agent)
    spawner.compare()
    readable = False
    with structlog.testing.capture_logs() as told:
        spawner.compare()
        spawner.compare()
    assert stable.names == {"server", "dev-keezer"}
    assert "Permission denied" in spawner.trouble
    assert [line["event"] for line in told] == ["agents.unknown"]
    readable = True
    spawner.compare()
    assert spawner.trouble == ""


def test_a_folder_whose_name_does_not_serve_is_told_once_and_left_alone(tmp_path: Path) -> None:
    stable = Stable()
    agent(tmp_path, "two words")
    spawner = Spawner(stable, lambda: wanted_agents(tmp_path), RECIPE.agent)
    with structlog.testing.capture_logs() as told:
        spawner.compare()
        spawner.compare()
    assert stable.names == {"server"}
    assert [(line["event"], line["agent"]) for line in told] == [("agent.unfit", "two words")]
