"""What in a data folder has to do with its processes: the last wish, the report, the locks."""

import signal
from functools import partial
from pathlib import Path

from msgspec import DecodeError, Struct, ValidationError, json

from krausen.errors import OperatorNeeded
from krausen.files import replace
from krausen.supervision.report import ProcessReport, present, written
from krausen.supervision.succession import Holder, ask_to_leave, holder, is_held
from krausen.supervision.wanted import AGENT, SERVER

KEEPER = "circusd"
"""The role of the process manager."""
KEEPER_IS = "krausen up"
"""What it calls itself in its lock."""
RETRY = signal.SIGUSR1
"""Tells it to start at once what is held."""
LEAVE = signal.SIGUSR2
"""Tells it to make way for another: the agents go on until their successors take over."""
_SERVERS = frozenset({"server", "krausen server"})


class Wish(Struct, frozen=True):
    """What somebody asked for last: that this installation runs, its server on this port, or does not run.

    `chosen` tells whether he named the port himself, so that it goes before the one of the settings.
    """

    running: bool
    port: int | None = None
    chosen: bool = True


class Installation:
    """The processes of one data folder, which is there."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.log = data / "log"
        self.report = data / "run" / "stats.json"
        self.heartbeats = data / "run" / "heartbeats"
        self.agents = data / "agents"
        self._wish = data / "run" / "wanted"

    def prepare(self) -> None:
        """Make the folder for what processes tell each other. Raises OperatorNeeded."""
        try:
            self.report.parent.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise OperatorNeeded(f"{self.report.parent} cannot be made: {error.strerror}.") from error

    def wish(self) -> Wish | None:
        """Give the last wish; None when there was none, or none that a power cut has left whole.

        Raises OperatorNeeded when it cannot be read.
        """
        try:
            return json.decode(self._wish.read_bytes(), type=Wish)
        except (FileNotFoundError, DecodeError, ValidationError):
            return None
        except OSError as error:
            raise OperatorNeeded(f"{self._wish} cannot be read: {error.strerror}.") from error

    def wish_for(self, wish: Wish) -> None:
        """Remember a wish, so that it outlives a power cut. Raises OperatorNeeded.

        The same wish again needs no room on the disk.
        """
        if wish == self.wish():
            return
        self.prepare()
        try:
            replace(self._wish, json.encode(wish))
        except OSError as error:
            raise OperatorNeeded(
                f"{self._wish} cannot be written: {error.strerror}. Make room on it."
            ) from error

    def lock(self, role: str) -> Path:
        """Give the lock file of a role."""
        return self.data / f"{role}.lock"

    def keeper(self) -> Holder | None:
        """Tell who the process manager is that runs here."""
        return holder(self.lock(KEEPER))

    def is_kept(self) -> bool:
        """Tell whether a process manager runs here."""
        return is_held(self.lock(KEEPER))

    def held(self) -> dict[str, int]:
        """Give the processes of ours that hold their locks, by name, with their ids."""
        names = [SERVER, *sorted(path.stem for path in self.data.glob(f"{AGENT}*.lock"))]
        holders = {name: holder(self.lock(name)) for name in names}
        return {name: who.pid for name, who in holders.items() if who is not None and _is_ours(name, who)}

    async def ask_to_leave(self, name: str) -> bool:
        """Have a process of ours leave, kill it after ten seconds; tell whether its lock is free."""
        return await ask_to_leave(self.lock(name), partial(_is_ours, name))

    def processes(self) -> tuple[ProcessReport, ...]:
        """Give how the processes are now."""
        keeper = self.keeper()
        return present(written(self.report), keeper.pid if keeper else None, self.held())


def _is_ours(name: str, who: Holder) -> bool:
    """Tell whether the process of that name holds its lock; an import has that of the server at times."""
    return name != SERVER or who.what in _SERVERS
