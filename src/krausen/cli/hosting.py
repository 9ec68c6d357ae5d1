"""Agents of controllers as processes of this machine: each has a folder with its token in it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from krausen.errors import OperatorNeeded
from krausen.files import keep, replace
from krausen.storage.folder import DataFolder
from krausen.supervision.installation import Installation
from krausen.supervision.wanted import TOKEN


class FolderHosting:
    """Leaves the token of an agent in its folder, where `krausen up` looks for agents, and takes it away.

    The agent itself, and what it still owes the server, stays in its folder.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder

    @property
    def runs(self) -> bool:
        """Whether a process manager keeps agents running here."""
        return Installation(self._folder.path).is_kept()

    def hosts(self, agent: str) -> bool:
        """Tell whether an agent is settled here."""
        return self._token(agent).is_file()

    async def settle(self, agent: str, token: str) -> None:
        """Leave a token for an agent, which is there whole or not at all. Raises OperatorNeeded."""
        await _apart(lambda: self._leave(agent, token))

    async def evict(self, agent: str) -> None:
        """Take an agent's token away. Raises OperatorNeeded."""
        await _apart(lambda: self._take(agent))

    def _leave(self, agent: str, token: str) -> None:
        file = self._token(agent)
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace(file, token.encode(), secret=True)
        except OSError as error:
            raise OperatorNeeded(f"{file} cannot be written: {error.strerror}.") from error

    def _take(self, agent: str) -> None:
        file = self._token(agent)
        try:
            file.unlink()
            keep(file.parent)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise OperatorNeeded(f"{file} cannot be removed: {error.strerror}.") from error

    def _token(self, agent: str) -> Path:
        return self._folder.agent(agent) / TOKEN


async def _apart(work: Callable[[], None]) -> None:
    """Do what a slow disk holds up, while others go on."""
    await asyncio.get_running_loop().run_in_executor(None, work)
