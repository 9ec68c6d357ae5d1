"""Whether a database is sound, as a finding."""

from collections.abc import Iterator
from pathlib import Path

from krausen.cli.doctor.finding import Finding, well, wrong
from krausen.errors import OperatorNeeded
from krausen.storage.soundness import flaws_of

BACKUP = "Stop who writes it and put back a copy of it from before, or keep it and ask for help with it."


def of_database(check: str, path: Path) -> Iterator[Finding]:
    """Look at the pages of an SQLite file that is there."""
    try:
        flaws = flaws_of(path)
    except OperatorNeeded as failure:
        yield wrong(check, str(failure), BACKUP)
        return
    if flaws:
        yield wrong(check, f"{path} is damaged: {'; '.join(flaws)}.", BACKUP)
    else:
        yield well(check, f"{path.name} is sound.")
