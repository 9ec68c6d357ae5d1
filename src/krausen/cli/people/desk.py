"""Keeps people and tokens: through the server that runs, else by ourselves on the catalog."""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from msgspec import Struct, convert

from krausen.cli.clock import clock_of
from krausen.errors import NotFound
from krausen.links.local import LocalServer
from krausen.model.people import Token, User, UserRole
from krausen.server.people import Reception
from krausen.server.people.patches import UserPatch
from krausen.storage.catalog import SqlCatalog
from krausen.storage.folder import SERVER, DataFolder
from krausen.wire.instants import iso, iso_or_none

S = TypeVar("S", bound=Struct)

BY = "command line"


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who can sign in."""

    id: str
    login: str
    name: str
    role: str


class Program(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A token; its text is known this once, when it is made."""

    id: str
    title: str
    role: str
    adapters: list[str]
    expires_at: str | None
    created_at: str
    token: str | None = None


class Desk(Protocol):
    """Where people and tokens are kept. Calls raise what the server would refuse them with."""

    def people(self) -> list[Person]:
        """Give all people."""

    def add(self, login: str, name: str, role: UserRole, password: str) -> Person:
        """Add a person."""

    def set_password(self, id: str, password: str) -> None:
        """Give a person another password."""

    def remove(self, id: str) -> None:
        """Remove a person."""

    def programs(self) -> list[Program]:
        """Give all tokens."""

    def make(self, title: str, role: UserRole, adapters: Sequence[str]) -> Program:
        """Make a token."""

    def revoke(self, id: str) -> None:
        """Make a token worthless."""


@contextmanager
def desk_of(folder: DataFolder) -> Iterator[Desk]:
    """Open what keeps the people of a data folder. Raises TryAgain while another process has it."""
    address = folder.running_server()
    if address is not None:
        yield _ServersDesk(LocalServer(address, folder.local_token))
        return
    with (
        folder.hold(SERVER, "krausen user"),
        closing(SqlCatalog.open(folder.catalog)) as catalog,
        asyncio.Runner() as runner,
        closing(Reception(catalog, clock_of(runner.get_loop()), secrets.token_urlsafe)) as reception,
    ):
        yield _OwnDesk(catalog, reception, runner)


def person_with(login: str, desk: Desk) -> Person:
    """Give the person with a login. Raises NotFound."""
    for person in desk.people():
        if person.login == login:
            return person
    raise NotFound(f"There is no user {login}. `krausen user list` shows who there is.")


class _ServersDesk:
    def __init__(self, server: LocalServer) -> None:
        self._server = server

    def people(self) -> list[Person]:
        return self._all("/users", Person)

    def add(self, login: str, name: str, role: UserRole, password: str) -> Person:
        wish = {"login": login, "name": name, "role": role, "password": password}
        return convert(self._server.ask("POST", "/users", wish), Person)

    def set_password(self, id: str, password: str) -> None:
        self._server.ask("PATCH", f"/users/{quote(id)}", {"password": password})

    def remove(self, id: str) -> None:
        self._server.ask("DELETE", f"/users/{quote(id)}")

    def programs(self) -> list[Program]:
        return self._all("/tokens", Program)

    def make(self, title: str, role: UserRole, adapters: Sequence[str]) -> Program:
        wish = {"title": title, "role": role, "adapters": list(adapters)}
        return convert(self._server.ask("POST", "/tokens", wish), Program)

    def revoke(self, id: str) -> None:
        self._server.ask("DELETE", f"/tokens/{quote(id, safe='')}")

    def _all(self, path: str, kind: type[S]) -> list[S]:
        page: dict[str, Any] = self._server.ask("GET", f"{path}?limit=1000")
        items = list(page["items"])
        while page["next"] is not None:
            page = self._server.ask("GET", f"{path}?limit=1000&cursor={page['next']}")
            items += page["items"]
        return convert(items, list[kind])  # type: ignore[valid-type]  # mypy knows no type given by a value


class _OwnDesk:
    def __init__(self, catalog: SqlCatalog, reception: Reception, runner: asyncio.Runner) -> None:
        self._catalog = catalog
        self._reception = reception
        self._runner = runner

    def people(self) -> list[Person]:
        return [_person(user) for user in self._runner.run(self._catalog.users())]

    def add(self, login: str, name: str, role: UserRole, password: str) -> Person:
        return _person(self._runner.run(self._reception.add_user(login, name, role, password, BY)))

    def set_password(self, id: str, password: str) -> None:
        self._runner.run(self._reception.change_user(id, UserPatch(password=password), BY))

    def remove(self, id: str) -> None:
        self._runner.run(self._reception.remove_user(id, BY))

    def programs(self) -> list[Program]:
        return [_program(token) for token in self._runner.run(self._catalog.tokens())]

    def make(self, title: str, role: UserRole, adapters: Sequence[str]) -> Program:
        made = self._runner.run(self._reception.new_token(title, role, adapters, None, BY))
        return _program(*made)

    def revoke(self, id: str) -> None:
        self._runner.run(self._reception.revoke(id, BY))


def _person(user: User) -> Person:
    return Person(id=user.id, login=user.login, name=user.name, role=user.role.value)


def _program(token: Token, text: str | None = None) -> Program:
    return Program(
        id=token.id,
        title=token.title,
        role=token.role.value,
        adapters=list(token.adapters),
        expires_at=iso_or_none(token.expires_at),
        created_at=iso(token.created_at),
        token=text,
    )
