"""Tokens for the programs of this machine: those of its user, and its agents."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import structlog

from krausen.cli.agent_files import DEVICES
from krausen.errors import KrausenError, OperatorNeeded, Unproven
from krausen.model.agent import is_agent_name
from krausen.model.people import UserRole
from krausen.server.people import Reception
from krausen.storage.folder import LOCAL_TOKEN, DataFolder
from krausen.supervision.wanted import TOKEN

log = structlog.get_logger()

EVERY_S = 2.0
BY = "server"


class LocalTokens:
    """Sees to it that who runs on this machine finds a token; one that is there and holds is left alone."""

    def __init__(self, reception: Reception, folder: DataFolder) -> None:
        self._reception = reception
        self._folder = folder
        self._said: dict[str, str] = {}

    async def leave(self) -> None:
        """Leave a token for programs of this user, unless there is one. Raises OperatorNeeded."""
        if not await self._holds(self._folder.local_token, UserRole.ADMIN):
            await self._make("this machine", UserRole.ADMIN, "*", LOCAL_TOKEN)

    async def run(self) -> NoReturn:
        """Give each agent that has devices here a token, for ever."""
        while True:
            await self.give()
            await asyncio.sleep(EVERY_S)

    async def give(self) -> None:
        """Give each agent that has devices here a token, if it has none yet."""
        for place in self._agents():
            name, file = place.name, place / TOKEN
            try:
                if not file.exists():
                    await self._make(f"agent {name}", UserRole.AGENT, name, f"agents/{name}/{TOKEN}")
                    log.info("agent.token_made", agent=name)
                elif not await self._holds(file, UserRole.AGENT):
                    self._say(name, f"The token in {file} is not valid. Remove the file to have a new one.")
                else:
                    self._said.pop(name, None)
            except KrausenError as error:
                self._say(name, str(error))

    def _agents(self) -> Iterator[Path]:
        try:
            places = sorted(self._folder.agents.iterdir())
        except OSError:
            return  # there are no agents here
        yield from (place for place in places if is_agent_name(place.name) and (place / DEVICES).is_file())

    async def _holds(self, file: Path, role: UserRole) -> bool:
        try:
            return (await self._reception.by_token(_text(file))).role is role
        except Unproven:
            return False

    async def _make(self, title: str, role: UserRole, adapter: str, file: str) -> None:
        token, secret = await self._reception.new_token(title, role, (adapter,), None, by=BY)
        try:
            self._folder.leave_secret(secret, file)
        except OperatorNeeded:
            await self._reception.revoke(token.id, by=BY)
            raise

    def _say(self, agent: str, detail: str) -> None:
        if self._said.get(agent) != detail:
            log.warning("agent.no_token", agent=agent, detail=detail)
        self._said[agent] = detail


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorNeeded(f"{file} cannot be read: {error}.") from error
