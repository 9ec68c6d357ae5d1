"""`krausen user`: who can sign in."""

import sys
from pathlib import Path

import click

from krausen.cli.people.desk import desk_of, person_with
from krausen.cli.people.options import data_option, json_option, show, tell
from krausen.errors import Invalid
from krausen.model.people import UserRole
from krausen.storage.folder import DataFolder

ROLES = [role.value for role in (UserRole.VIEWER, UserRole.BREWER, UserRole.ADMIN)]


@click.group("user")
def user() -> None:
    """Add, change and remove the people who can sign in."""


@user.command("add")
@click.argument("login")
@click.option("--name", default="", help="What to call them; else the login.")
@click.option(
    "--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="What they may do."
)
@data_option
@json_option
def add(*, login: str, name: str, role: str, data: Path | None, as_json: bool) -> None:
    """Add a person. The password is asked for, or read as one line of standard input."""
    with desk_of(DataFolder.find(data)) as desk:
        person = desk.add(login, name, UserRole(role), _password())
    if as_json:
        tell(person)
    else:
        click.echo(f"{person.name} can sign in as {person.login}, {person.role}.")


@user.command("password")
@click.argument("login")
@data_option
def password(*, login: str, data: Path | None) -> None:
    """Give a person another password, which signs them out everywhere."""
    with desk_of(DataFolder.find(data)) as desk:
        desk.set_password(person_with(login, desk).id, _password())
    click.echo(f"{login} has another password and is signed out everywhere.")


@user.command("remove")
@click.argument("login")
@data_option
def remove(*, login: str, data: Path | None) -> None:
    """Remove a person, which signs them out everywhere."""
    with desk_of(DataFolder.find(data)) as desk:
        desk.remove(person_with(login, desk).id)
    click.echo(f"{login} is removed.")


@user.command("list")
@data_option
@json_option
def list_people(*, data: Path | None, as_json: bool) -> None:
    """List the people."""
    with desk_of(DataFolder.find(data)) as desk:
        people = desk.people()
    if as_json:
        tell({"items": people})
    else:
        show(("login", "name", "role", "id"), people)


COMMAND = user


def _password() -> str:
    if sys.stdin.isatty():
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return asked
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise Invalid("There is no password. Type it at a terminal, or send it as a line of standard input.")
    return line
