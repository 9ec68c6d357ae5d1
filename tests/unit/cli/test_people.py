"""People and tokens by command, with and without a server."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from krausen.cli import COMMANDS
from krausen.cli.people import token, user
from krausen.errors import Invalid, KrausenError, NotFound, Stale, TryAgain
from krausen.ports.clock import Clock
from krausen.server.people import Reception
from krausen.storage.catalog import SqlCatalog
from krausen.storage.folder import SERVER, DataFolder

Run = Callable[..., Result]
GROUPS = {"user": user.COMMAND, "token": token.COMMAND}


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.find(tmp_path / "data")


@pytest.fixture
def run(folder: DataFolder) -> Run:
    def invoke(command: str, *arguments: str, typed: str = "correct horse\n") -> Result:
        words = [*arguments, "--data", str(folder.path)]
        return CliRunner().invoke(GROUPS[command], words, input=typed)

    return invoke


def listed(run: Run, command: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(run(command, "list", "--json").stdout)["items"]
    return items


def signs_in(folder: DataFolder, login: str, password: str) -> bool:
    async def tried(reception: Reception) -> bool:
        try:
            await reception.sign_in(login, password)
        except KrausenError:
            return False
        return True

    with (
        closing(SqlCatalog.open(folder.catalog)) as catalog,
        closing(Reception(catalog, Clock(0, lambda: 1.0), secrets.token_urlsafe)) as reception,
    ):
        return asyncio.run(tried(reception))


def failure(result: Result) -> KrausenError:
    assert result.exit_code == 1
    assert isinstance(result.exception, KrausenError)
    return result.exception


def test_both_commands_are_known() -> None:
    assert {COMMANDS["user"], COMMANDS["token"]} == {"people.user", "people.token"}


def test_person_is_added_and_can_sign_in(run: Run, folder: DataFolder) -> None:
    added = json.loads(run("user", "add", "anna", "--name", "Anna Ø.", "--role", "admin", "--json").stdout)
    assert added == {"id": added["id"], "login": "anna", "name": "Anna Ø.", "role": "admin"}
    assert "bo can sign in as bo, viewer." in run("user", "add", "bo").stdout
    assert listed(run, "user")[0] == added
    assert signs_in(folder, "anna", "correct horse")
    assert not signs_in(folder, "anna", "wrong horse")
    table = run("user", "list").stdout
    assert "anna" in table
    assert "Anna Ø." in table


def test_password_is_changed(run: Run, folder: DataFolder) -> None:
    run("user", "add", "anna", "--role", "admin")
    assert run("user", "password", "anna", typed="battery staple\n").exit_code == 0
    assert signs_in(folder, "anna", "battery staple")
    assert not signs_in(folder, "anna", "correct horse")


def test_person_is_removed_but_never_the_last_admin(run: Run) -> None:
    run("user", "add", "anna", "--role", "admin")
    run("user", "add", "bo")
    assert run("user", "remove", "bo").exit_code == 0
    assert [person["login"] for person in listed(run, "user")] == ["anna"]
    assert isinstance(failure(run("user", "remove", "anna")), Stale)
    assert isinstance(failure(run("user", "remove", "bo")), NotFound)


def test_person_needs_a_password_that_is_fit(run: Run) -> None:
    assert "password" in str(failure(run("user", "add", "anna", typed="")))
    assert isinstance(failure(run("user", "add", "anna", typed="short\n")), Invalid)
    assert listed(run, "user") == []


def test_role_that_is_none_is_wrong_usage(run: Run) -> None:
    assert run("user", "add", "anna", "--role", "sender").exit_code == 2
    assert run("token", "create", "t", "--role", "king").exit_code == 2


def test_token_is_made_listed_and_revoked(run: Run) -> None:
    words = ("create", "kettle", "--adapter", "kettle", "--adapter", "pump", "--json")
    made = json.loads(run("token", *words).stdout)
    assert made.pop("token").startswith("krs_")
    assert (made["title"], made["role"], made["adapters"]) == ("kettle", "sender", ["kettle", "pump"])
    assert listed(run, "token") == [made]
    text = run("token", "create", "page", "--role", "viewer").stdout.strip()
    assert text.startswith("krs_")
    assert text not in run("token", "list").stdout
    assert run("token", "revoke", made["id"]).exit_code == 0
    assert isinstance(failure(run("token", "revoke", made["id"])), NotFound)
    assert [one["title"] for one in listed(run, "token")] == ["page"]


def test_while_another_command_has_the_folder_one_is_told_so(run: Run, folder: DataFolder) -> None:
    with folder.hold(SERVER, "krausen import"):
        assert isinstance(failure(run("user", "list")), TryAgain)


class FakeServer(ThreadingHTTPServer):
    """Answers each call with what it was told, and remembers what came."""

    daemon_threads = True

    def __init__(self, answers: dict[str, tuple[int, object]]) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answers = answers
        self.came: list[tuple[str, Any]] = []


class _Answer(BaseHTTPRequestHandler):
    server: FakeServer

    def _reply(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        call = f"{self.command} {self.path}"
        self.server.came.append((call, json.loads(body) if body else None))
        status, document = self.server.answers[call]
        said = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def do_PATCH(self) -> None:
        self._reply()

    def do_DELETE(self) -> None:
        self._reply()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name is the library's
        """Keep quiet."""


@contextmanager
def serving(folder: DataFolder, answers: dict[str, tuple[int, object]]) -> Iterator[FakeServer]:
    folder.leave_secret("krs_secret")
    prefixed = {call.replace(" ", " /api/v1"): answer for call, answer in answers.items()}
    with folder.hold(SERVER) as hold, FakeServer(prefixed) as server:
        hold.publish(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


ANNA = {"id": "u-1", "login": "anna", "name": "Anna", "role": "admin", "revision": 3}
KETTLE = {
    "id": "t-1",
    "title": "kettle",
    "role": "sender",
    "adapters": ["*"],
    "expires_at": None,
    "created_at": "2026-09-21T14:13:20.000Z",
}


def test_where_a_server_runs_people_go_through_it(run: Run, folder: DataFolder) -> None:
    answers = {
        "POST /users": (201, ANNA),
        "GET /users?limit=1000": (200, {"items": [], "next": "Mg"}),
        "GET /users?limit=1000&cursor=Mg": (200, {"items": [ANNA], "next": None}),
        "PATCH /users/u-1": (200, ANNA),
        "DELETE /users/u-1": (409, {"status": 409, "title": "Conflict", "detail": "Anna is the last admin."}),
    }
    with serving(folder, answers) as server:
        assert run("user", "add", "anna", "--role", "admin").exit_code == 0
        assert [person["id"] for person in listed(run, "user")] == ["u-1"]
        assert run("user", "password", "anna", typed="battery staple\n").exit_code == 0
        assert str(failure(run("user", "remove", "anna"))) == "Anna is the last admin."
    sent = {call: body for call, body in server.came if body is not None}
    assert sent == {
        "POST /api/v1/users": {"login": "anna", "name": "", "role": "admin", "password": "correct horse"},
        "PATCH /api/v1/users/u-1": {"password": "battery staple"},
    }


def test_where_a_server_runs_tokens_go_through_it(run: Run, folder: DataFolder) -> None:
    answers = {
        "POST /tokens": (201, KETTLE | {"token": "krs_text"}),
        "GET /tokens?limit=1000": (200, {"items": [KETTLE], "next": None}),
        "DELETE /tokens/t-1": (204, None),
    }
    with serving(folder, answers) as server:
        assert run("token", "create", "kettle").stdout == "krs_text\n"
        assert listed(run, "token") == [KETTLE]
        assert run("token", "revoke", "t-1").exit_code == 0
    assert server.came[0][1] == {"title": "kettle", "role": "sender", "adapters": ["*"]}
