"""The data folder: where everything lies, and which process has it."""

import fcntl
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec import DecodeError, Struct, ValidationError, json

from krausen.errors import OperatorNeeded, TryAgain
from krausen.files import replace

SERVER = "server"
"""The role of whoever has catalog and readings open."""
LOCAL_TOKEN = "local-token"  # noqa: S105 the name of a file
"""The file of the secret for programs of the same user."""
_PROBES = 100


class Holder(Struct, frozen=True, kw_only=True):
    """What a lock file says: which process holds the role, what it is, and its address if it has one."""

    pid: int
    what: str
    url: str | None = None


class Hold:
    """A role that is held. `publish` tells other processes where to reach this one."""

    def __init__(self, handle: int, what: str) -> None:
        self._handle = handle
        self._what = what
        self._write(None)

    def publish(self, url: str) -> None:
        """Leave the address of this process in its lock file."""
        self._write(url)

    def _write(self, url: str | None) -> None:
        document = json.encode(Holder(pid=os.getpid(), what=self._what, url=url))
        try:
            os.pwrite(self._handle, document, 0)
            os.ftruncate(self._handle, len(document))
        except OSError as error:
            raise OperatorNeeded(
                f"The data folder cannot be written: {error.strerror}. Make room on it."
            ) from error


class DataFolder:
    """A data folder that is there and can be written. Get it with `DataFolder.find`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def find(
        cls,
        option: Path | None = None,
        *,
        environment: Mapping[str, str] = os.environ,
        platform: str = sys.platform,
    ) -> "DataFolder":
        """Give the folder of an option, else of KRAUSEN_DATA, else the platform's for this user; create it.

        Raises OperatorNeeded when it cannot be created, entered or written.
        """
        path = _absolute(option or _from(environment, platform))
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise OperatorNeeded(
                f"The data folder {path} is, or lies in, a file. Choose another: --data DIR."
            ) from error
        except OSError as error:
            raise OperatorNeeded(f"The data folder {path} cannot be created: {error.strerror}.") from error
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            raise OperatorNeeded(f"The data folder {path} cannot be written. Give this user the right to.")
        return cls(path)

    @property
    def catalog(self) -> Path:
        """The file of the catalog."""
        return self.path / "catalog.sqlite"

    @property
    def readings(self) -> Path:
        """The file of the readings."""
        return self.path / "readings.sqlite"

    @property
    def log(self) -> Path:
        """The folder of the logs; may not be there yet."""
        return self.path / "log"

    @property
    def local_token(self) -> Path:
        """The file of the secret that a server leaves for the programs of its own user."""
        return self.path / LOCAL_TOKEN

    @property
    def agents(self) -> Path:
        """The folder of the agents' folders; may not be there yet."""
        return self.path / "agents"

    def agent(self, name: str) -> Path:
        """The folder of an agent; may not be there yet."""
        return self.agents / name

    @contextmanager
    def hold(self, role: str, what: str | None = None) -> Iterator[Hold]:
        """Hold a role in this folder; `what` is what to call this process where it is not the role's name.

        The lock goes with the process, however it ends. Raises OperatorNeeded, naming the process, when
        another one holds the role.
        """
        path = self._lock(role)
        with _opened(path) as handle:
            if not _locked(handle):
                raise OperatorNeeded(
                    f"{_told(handle, path)} uses {self.path}. Stop it, or choose another folder."
                )
            hold = Hold(handle, what or role)
            try:
                yield hold
            finally:
                os.ftruncate(handle, 0)

    def running_server(self) -> str | None:
        """Give the address of the server of this folder, or None when the folder is free.

        Raises TryAgain when a process holds the folder that has no address: a server that is starting, an
        import.
        """
        path = self._lock(SERVER)
        if not path.exists():
            return None
        with _opened(path) as handle:
            if _shared(handle):
                return None
            holder = _holder(handle)
            if holder is None or holder.url is None:
                raise TryAgain(f"{_told(handle, path)} uses {self.path} just now. Try again in a moment.")
            return holder.url

    def leave_secret(self, secret: str, name: str = LOCAL_TOKEN) -> None:
        """Leave a secret that only this user's programs can read, in place of an earlier one."""
        path = self.path / name
        try:
            replace(path, secret.encode(), secret=True)
        except OSError as error:
            raise OperatorNeeded(f"{path} cannot be written: {error.strerror}.") from error

    def _lock(self, role: str) -> Path:
        return self.path / f"{role}.lock"


def _from(environment: Mapping[str, str], platform: str) -> Path:
    chosen = environment.get("KRAUSEN_DATA")
    if chosen:
        return Path(chosen)
    if platform == "darwin":
        return Path("~/Library/Application Support/krausen")
    # The XDG base directory specification has relative paths ignored.
    shared = environment.get("XDG_DATA_HOME", "")
    return Path(shared if Path(shared).is_absolute() else "~/.local/share") / "krausen"


def _absolute(path: Path) -> Path:
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise OperatorNeeded("This user has no home folder. Choose a data folder: --data DIR.") from error


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise OperatorNeeded(f"{path} cannot be opened: {error.strerror}.") from error
    try:
        yield handle
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    """Take the lock unless a process holds it; one that only looks whether it is held lets go at once."""
    for _ in range(_PROBES):
        if _flocked(handle, fcntl.LOCK_EX):
            return True
        if not _shared(handle):
            return False
    return False


def _shared(handle: int) -> bool:
    """Tell whether nobody holds the lock."""
    free = _flocked(handle, fcntl.LOCK_SH)
    if free:
        fcntl.flock(handle, fcntl.LOCK_UN)
    return free


def _flocked(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(handle: int) -> Holder | None:
    try:
        return json.decode(os.pread(handle, 4096, 0), type=Holder)
    except (DecodeError, ValidationError):
        return None


def _told(handle: int, path: Path) -> str:
    holder = _holder(handle)
    since = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    who = f"{holder.what}, process {holder.pid}," if holder else "Another process"
    return f"{who[0].upper()}{who[1:]} since {since}"
