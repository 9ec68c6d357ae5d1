"""The checks of an installation. Each looks and changes nothing, beside a server that runs or not."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from krausen.cli.doctor.agents import of_agent
from krausen.cli.doctor.finding import Finding, watch, well, wrong
from krausen.cli.doctor.sound import BACKUP, of_database
from krausen.cli.serving import PAGE
from krausen.cli.settings import FILE as SETTINGS
from krausen.cli.settings import settings_of
from krausen.errors import OperatorNeeded
from krausen.storage.folder import DataFolder
from krausen.storage.history.examination import Examination, Flaw, Progress, examined
from krausen.supervision.installation import Installation
from krausen.supervision.restarts import State

LOW_MB = 500
EMPTY_MB = 50
"""Room on the disk below which it is time to act, and below which readings may be refused any hour."""
_MOST_FLAWS = 5
WISH = Path("run") / "wanted"
"""Where the last wish is kept, that the installation runs or does not."""

Check = Callable[[DataFolder, Progress], Iterator[Finding]]


def _disk(folder: DataFolder, _: Progress) -> Iterator[Finding]:
    free_mb = shutil.disk_usage(folder.path).free // 2**20
    says = f"{free_mb:,} MB are free for {folder.path}."
    if free_mb < EMPTY_MB:
        yield wrong("disk", says, "Make room now: readings will soon be refused.")
    elif free_mb < LOW_MB:
        yield watch("disk", says, "Make room: old logs, packages, pictures.")
    else:
        yield well("disk", says)


def _settings(folder: DataFolder, _: Progress) -> Iterator[Finding]:
    try:
        settings_of(folder.path)
    except OperatorNeeded as failure:
        yield wrong("settings", str(failure), f"Mend {folder.path / SETTINGS}.")
    else:
        yield well(
            "settings", f"{SETTINGS} can be read." if (folder.path / SETTINGS).exists() else "None are set."
        )


def _page(_: DataFolder, __: Progress) -> Iterator[Finding]:
    if (PAGE / "index.html").exists():
        yield well("page", "The page is there.")
    else:
        yield wrong(
            "page",
            "The page was not built.",
            "Install the package from PyPI, or run: KRAUSEN_WEB=require uv sync --reinstall-package krausen",
        )


def _catalog(folder: DataFolder, _: Progress) -> Iterator[Finding]:
    if folder.catalog.exists():
        yield from of_database("catalog", folder.catalog)
    else:
        yield well("catalog", "There is none yet: the server makes it when it first starts.")


def _history(folder: DataFolder, tell: Progress) -> Iterator[Finding]:
    if not folder.readings.exists():
        yield well("history", "There is none yet: the server makes it when it first starts.")
        return
    sound = list(of_database("history", folder.readings))
    if any(finding.mend for finding in sound):
        yield from sound
        return
    try:
        yield _told(examined(folder.readings, tell))
    except OperatorNeeded as failure:
        yield wrong("history", str(failure), "krausen start")


def _agents(folder: DataFolder, _: Progress) -> Iterator[Finding]:
    for place in sorted(folder.agents.glob("*/")):
        yield from of_agent(place)


def _secret(folder: DataFolder, _: Progress) -> Iterator[Finding]:
    """Look at what the server leaves for the programs of its own user, while it runs."""
    path, again = folder.local_token, "Restart the server: it makes a new one."
    try:
        if path.exists() and not path.read_text("utf-8").strip():
            yield wrong("secret", f"{path} is empty: commands of this machine are not let in.", again)
    except (OSError, UnicodeDecodeError) as error:
        yield wrong("secret", f"{path} cannot be read: {error}.", again)


def _processes(folder: DataFolder, _: Progress) -> Iterator[Finding]:
    installation = Installation(folder.path)
    try:
        wish = installation.wish()
    except OperatorNeeded as failure:
        yield wrong("processes", str(failure), "Give this user the right to read it.")
        return
    if wish is None and (kept := folder.path / WISH).exists():
        says = f"{kept} cannot be understood: nobody knows whether they are wanted."
        yield wrong("processes", says, "krausen start, or krausen stop")
        return
    if wish is None or not wish.running:
        yield well("processes", "Nothing is wanted to run in the background.")
        return
    if not installation.is_kept():
        yield wrong("processes", "They are wanted, and nobody keeps them running.", "krausen start")
        return
    for process in installation.processes():
        if process.state is State.ACTIVE:
            yield well(process.name, "active")
        else:
            says = f"{process.state}{': ' if process.detail else ''}{process.detail}"
            yield wrong(process.name, says, f"krausen logs {process.name}")


CHECKS: tuple[Check, ...] = (_disk, _settings, _page, _catalog, _history, _agents, _secret, _processes)


def findings(folder: DataFolder, tell: Progress, checks: Sequence[Check] = CHECKS) -> Iterator[Finding]:
    """Give what each check finds; `tell` hears how far a long one is: how many parts of how many."""
    for check in checks:
        yield from check(folder, tell)


def _told(seen: Examination) -> Finding:
    sealed = f"{seen.sealed:,} readings in {seen.days:,} parts"
    counts = f"{seen.series:,} series, {sealed}, {seen.waiting:,} in the log"
    if not seen.flaws:
        return well("history", f"{counts}: every one can be read.")
    named = [_flaw(flaw) for flaw in seen.flaws[:_MOST_FLAWS]]
    if len(seen.flaws) > _MOST_FLAWS:
        named.append(f"and {len(seen.flaws) - _MOST_FLAWS:,} more (--json names all)")
    return wrong("history", f"{counts}. " + " ".join(named), f"The rest stays readable. {BACKUP}")


def _flaw(flaw: Flaw) -> str:
    where = f" {flaw.series}" if flaw.series else ""
    when = "" if flaw.start is None else f" from {_day(flaw.start)}"
    return f"{flaw.detail.rstrip('.')}{':' if where or when else ''}{where}{when}."


def _day(t: int) -> str:
    return datetime.fromtimestamp(t / 1000, UTC).strftime("%Y-%m-%d")
