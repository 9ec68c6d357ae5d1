"""The settings of an installation, and where they hold."""

from contextlib import suppress
from pathlib import Path
from typing import Any, get_type_hints

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.cli import krausen
from krausen.cli.processes.options import place_of, wish_to_run
from krausen.cli.settings import FILE, AgentSettings, ServerSettings, Settings, settings_of
from krausen.errors import OperatorNeeded
from krausen.supervision.installation import Installation, Wish
from krausen.supervision.wanted import Place
from tests.unit.cli.running import given as run

WRONG = [
    ("[server]\nport = 'x'", "line 2: `port` of [server] is 'x'; it must be a whole number from 1 to 65535."),
    ("[server]\n\nport = 70000", "line 3: `port` of [server] is 70000"),
    ("server.port = 0", "line 1: `port` of [server] is 0"),
    ("server = { port = 0 }", "line 1: `port` of [server] is 0"),
    ("[server]\nhost = ''", "line 2: `host` of [server] is ''; it must be a text"),
    ("[server]\nproxies = ['brewery']", "line 2: `proxies` of [server] is ['brewery']; it must be a list of"),
    ("[server]\nproxies = '127.0.0.1'", "it must be a list of addresses or networks"),
    ("[server]\nproxies = [7]", "it must be a list of addresses or networks"),
    ("[agent]\nserver = 'ftp://x'", "line 2: `server` of [agent] is 'ftp://x'; it must be an address"),
    ("[server]\nprot = 1", "line 2: [server] has no `prot`, only host, port, proxies."),
    ("\n[kettle]\n", "line 2: there is no `kettle` to be set, only the tables agent, server."),
    ("server = 3", "line 1: `server` must be a table: [server]."),
    ("[server\n", "is not TOML:"),
]


def test_without_a_file_all_is_as_by_default(tmp_path: Path) -> None:
    assert settings_of(tmp_path) == Settings()


def test_a_file_sets_what_it_names(tmp_path: Path) -> None:
    text = '[server]\nhost = "0.0.0.0"\nport = 9000\nproxies = ["127.0.0.1", "10.0.0.0/8", "::1"]\n'
    (tmp_path / FILE).write_text(f'{text}[agent]\nserver = "https://brewery.example/krausen"\n')
    assert settings_of(tmp_path) == Settings(
        server=ServerSettings(
            host="0.0.0.0",  # noqa: S104 nobody listens there
            port=9000,
            proxies=("127.0.0.1/32", "10.0.0.0/8", "::1/128"),  # type: ignore[arg-type]  # equal as text
        ),
        agent=AgentSettings(server="https://brewery.example/krausen"),
    )


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_is_wrong_is_said_with_file_line_and_what_is_allowed(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(OperatorNeeded) as failure:
        settings_of(tmp_path)
    assert str(failure.value).startswith(str(tmp_path / FILE))
    assert said in str(failure.value)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[server]\nport = 0\nhost = 7\n[kettle]\n")
    with pytest.raises(OperatorNeeded, match=r"line 2: .* line 3: .* line 4: "):
        settings_of(tmp_path)


@given(content=st.one_of(st.binary(), st.text().map(str.encode)))
def test_any_file_is_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("data")
    (folder / FILE).write_bytes(content)
    with suppress(OperatorNeeded):
        assert isinstance(settings_of(folder), Settings)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(OperatorNeeded, match="cannot be read"):
        settings_of(tmp_path)


def test_options_go_before_what_was_named_last_and_that_before_the_file(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    assert place_of(installation, None, {}) == Place("127.0.0.1", 8080)
    (tmp_path / FILE).write_text('[server]\nhost = "192.168.1.5"\nport = 9000')
    assert place_of(installation, None, {}) == Place("192.168.1.5", 9000)
    assert place_of(installation, 9001, {"KRAUSEN_HOST": "::1"}) == Place("::1", 9001)
    installation.wish_for(wish_to_run(installation, 9001, Place("::1", 9001)))
    assert place_of(installation, None, {}).port == 9001
    assert installation.wish() == Wish(running=True, port=9001, chosen=True)


def test_a_port_that_nobody_named_follows_the_file(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.wish_for(wish_to_run(installation, None, place_of(installation, None, {})))
    assert installation.wish() == Wish(running=True, port=8080, chosen=False)
    (tmp_path / FILE).write_text("[server]\nport = 9000")
    assert place_of(installation, None, {}).port == 9000


def test_every_setting_names_a_variable_and_an_option_that_are_there() -> None:
    for table, kind in get_type_hints(Settings).items():
        command = krausen.get_command(click.Context(krausen), table)
        assert command is not None
        options = {word: option for option in command.params for word in option.opts}
        for hint in get_type_hints(kind, include_extras=True).values():
            extra: dict[str, Any] = hint.__metadata__[0].extra
            assert options[extra["option"]].envvar == extra["variable"]


@pytest.mark.parametrize("word", ["server", "start", "up"])
def test_a_wrong_file_is_said_in_one_line(tmp_path: Path, word: str) -> None:
    (tmp_path / FILE).write_text("[server]\nport = 0")
    ended = run(word, "--data", str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"krausen: {tmp_path / FILE}: line 2: `port` of [server] is 0;")
    assert ended.stderr.count("\n") == 1
