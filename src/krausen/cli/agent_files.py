"""What lies in the folder of an agent, beside the token for which processes are started."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from msgspec import Struct

from krausen.ports.diary import Diary
from krausen.ports.notebook import Notebook
from krausen.ports.outbox import LIMIT, Outbox
from krausen.storage.diary_sqlite import SqliteDiary
from krausen.storage.notebook_file import FileNotebook
from krausen.storage.outbox_sqlite import SqliteOutbox

DEVICES = "devices.toml"
"""Written by a person: which devices the agent has."""
OUTBOX = "outbox.sqlite"
DIARY = "diary.sqlite"
DESIRED = "desired.json"
LEARNED = "learned.json"


class AgentFiles(Struct, frozen=True):
    """What an agent keeps, open: what it owes the server, what it is to do, and what it has learned."""

    outbox: Outbox
    diary: Diary
    desired: Notebook
    learned: Notebook


@contextmanager
def opened_files(place: Path, limit: int = LIMIT) -> Iterator[AgentFiles]:
    """Open the files of an agent in its folder, which is there. `limit` is how many readings it may owe."""
    with (
        closing(SqliteOutbox.open(place / OUTBOX, limit)) as outbox,
        closing(FileNotebook(place / DESIRED)) as desired,
        closing(FileNotebook(place / LEARNED)) as learned,
        closing(SqliteDiary.open(place / DIARY)) as diary,
    ):
        yield AgentFiles(outbox=outbox, diary=diary, desired=desired, learned=learned)
