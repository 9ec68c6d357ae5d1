"""`krausen token`: the proofs of programs."""

from collections.abc import Sequence
from pathlib import Path

import click

from krausen.cli.people.desk import desk_of
from krausen.cli.people.options import data_option, json_option, show, tell
from krausen.model.people import UserRole
from krausen.storage.folder import DataFolder

ROLES = [role.value for role in UserRole]


@click.group("token")
def token() -> None:
    """Make and revoke the tokens of programs."""


@token.command("create")
@click.argument("title")
@click.option("--role", type=click.Choice(ROLES), default="sender", show_default=True, help="What it may do.")
@click.option("--adapter", "adapters", metavar="NAME", multiple=True, help="It may write to; else to all.")
@data_option
@json_option
def create(*, title: str, role: str, adapters: Sequence[str], data: Path | None, as_json: bool) -> None:
    """Make a token and print it, which nothing can do later."""
    with desk_of(DataFolder.find(data)) as desk:
        made = desk.make(title, UserRole(role), adapters or ("*",))
    if as_json:
        tell(made)
    else:
        click.echo(made.token)


@token.command("revoke")
@click.argument("id")
@data_option
def revoke(*, id: str, data: Path | None) -> None:
    """Make a token worthless, by its id."""
    with desk_of(DataFolder.find(data)) as desk:
        desk.revoke(id)
    click.echo(f"The token {id} is worthless now.")


@token.command("list")
@data_option
@json_option
def list_tokens(*, data: Path | None, as_json: bool) -> None:
    """List the tokens; nobody knows their texts."""
    with desk_of(DataFolder.find(data)) as desk:
        programs = desk.programs()
    if as_json:
        tell({"items": programs})
    else:
        show(("id", "title", "role", "adapters", "expires_at"), programs)


COMMAND = token
