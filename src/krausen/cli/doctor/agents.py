"""The check of the agents: what lies in the folder of each, and whether it can be read."""

from collections.abc import Callable, Iterator
from pathlib import Path

from krausen.agent import desired, learned_file
from krausen.cli.agent_files import DESIRED, DEVICES, DIARY, LEARNED, OUTBOX
from krausen.cli.devices import devices_of
from krausen.cli.doctor.finding import Finding, State, watch, well, wrong
from krausen.cli.doctor.sound import of_database
from krausen.errors import OperatorNeeded
from krausen.ports.clock import Clock
from krausen.storage.diary_sqlite import SqliteDiary
from krausen.storage.outbox_sqlite import SqliteOutbox
from krausen.storage.soundness import waiting_in
from krausen.supervision.wanted import TOKEN

MANY_OWED = 1_000_000
ASIDE = "*.aside"

Flaws = Callable[[bytes], list[str]]
DOCUMENTS: dict[str, tuple[Flaws, str]] = {
    DESIRED: (desired.flaws_of, "Its vessels stay off until the server has told it what to hold."),
    LEARNED: (learned_file.flaws_of, "Vessels of which it told will learn anew."),
}
"""What an agent remembers in documents, and what it means when one cannot be read."""


def of_agent(place: Path) -> Iterator[Finding]:
    """Look at all that lies in the folder of an agent; where nothing is wrong, say what it holds."""
    found = [*_databases(place), *_documents(place), *_token(place), *_aside(place)]
    yield from found
    try:
        setup = devices_of(place.name, place / DEVICES, Clock(0, lambda: 0.0))
    except OperatorNeeded as failure:
        yield wrong(_name(place), str(failure), f"Mend {place / DEVICES}.")
        return
    if all(finding.state is not State.WRONG for finding in found):
        yield _held(place, f"{len(setup.probes)} probes, {len(setup.relays)} outputs")


def _databases(place: Path) -> Iterator[Finding]:
    for path in (place / OUTBOX, place / DIARY):
        if path.exists():
            yield from (one for one in of_database(_name(place), path) if one.state is not State.WELL)


def _documents(place: Path) -> Iterator[Finding]:
    for name, (flaws_of, meaning) in DOCUMENTS.items():
        path = place / name
        try:
            flaws = flaws_of(path.read_bytes()) if path.exists() else []
        except OSError as error:
            flaws = [f"{error.strerror}."]
        if flaws:
            says = f"{path} cannot be understood: {' '.join(flaws)} {meaning}"
            yield wrong(_name(place), says, f"Put back a copy of {name} from before, or delete it.")


def _token(place: Path) -> Iterator[Finding]:
    path, make = place / TOKEN, f"krausen token create {place.name} --role agent --adapter {place.name}"
    try:
        if path.exists() and not path.read_text("utf-8").strip():
            yield wrong(_name(place), f"{path} is empty: the server will not let it in.", make)
    except (OSError, UnicodeDecodeError) as error:
        yield wrong(_name(place), f"{path} cannot be read: {error}.", make)


def _aside(place: Path) -> Iterator[Finding]:
    for path in sorted(place.glob(ASIDE)):
        says = f"{path} is what it could not understand when it started."
        yield watch(_name(place), says, "Look whether the disk is sound, then delete it.")


def _held(place: Path, devices: str) -> Finding:
    owed = waiting_in(place / OUTBOX, SqliteOutbox)
    untold = waiting_in(place / DIARY, SqliteDiary)
    says = f"{devices}; {owed:,} readings and {untold:,} reasons wait for the server."
    if owed > MANY_OWED:
        return watch(_name(place), says, "Find out why the server cannot be reached: krausen logs")
    return well(_name(place), says)


def _name(place: Path) -> str:
    return f"agent {place.name}"
