"""The checks of an installation. Each looks and changes nothing, beside a server that runs or not."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from krausen.cli.devices import FILE as DEVICES
from krausen.cli.devices import devices_of
from krausen.cli.doctor.finding import Finding, watch, well, wrong
from krausen.cli.serving import PAGE
from krausen.cli.settings import FILE as SETTINGS
from krausen.cli.settings import settings_of
from krausen.errors import OperatorNeeded
from krausen.ports.clock import Clock
from krausen.storage.folder import DataFolder
from krausen.storage.history.examination import Examination, Flaw, Progress, examined
from krausen.storage.soundness import flaws_of, owed_in
from krausen.supervision.installation import Installation
from krausen.supervision.restarts import State

LOW_MB = 500
EMPTY_MB = 50
"""Room on the disk below which it is time to act, and below which readings may be refused any hour."""
MANY_OWED = 1_000_000
_BACKUP = "Stop the server and put back a copy of the file from before, or keep it and ask for help with it."
_MOST_FLAWS = 5

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
        yield from _sound("catalog", folder.catalog)
    else:
        yield well("catalog", "There is none yet: the server makes it when it first starts.")


def _history(folder: DataFolder, tell: Progress) -> Iterator[Finding]:
    if not folder.readings.exists():
        yield well("history", "There is none yet: the server makes it when it first starts.")
        return
    sound = list(_sound("history", folder.readings))
    if any(finding.mend for finding in sound):
        yield from sound
        return
    try:
        yield _told(examined(folder.readings, tell))
    except OperatorNeeded as failure:
        yield wrong("history", str(failure), "krausen start")


def _agents(folder: DataFolder, _: Progress) -> Iterator[Finding]:
    for place in sorted((folder.path / "agents").glob("*/")):
        check, outbox = f"agent {place.name}", place / "outbox.sqlite"
        try:
            setup = devices_of(place.name, place / DEVICES, Clock(0, lambda: 0.0))
        except OperatorNeeded as failure:
            yield wrong(check, str(failure), f"Mend {place / DEVICES}.")
            continue
        if outbox.exists() and (flaws := list(_sound(check, outbox)))[0].mend:
            yield from flaws
            continue
        owed = owed_in(outbox) if outbox.exists() else 0
        says = (
            f"{len(setup.probes)} probes, {len(setup.relays)} outputs; {owed:,} readings wait for the server."
        )
        if owed > MANY_OWED:
            yield watch(check, says, "Find out why the server cannot be reached: krausen logs")
        else:
            yield well(check, says)


def _processes(folder: DataFolder, _: Progress) -> Iterator[Finding]:
    installation = Installation(folder.path)
    wish = installation.wish()
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


CHECKS: tuple[Check, ...] = (_disk, _settings, _page, _catalog, _history, _agents, _processes)


def findings(folder: DataFolder, tell: Progress, checks: Sequence[Check] = CHECKS) -> Iterator[Finding]:
    """Give what each check finds; `tell` hears how far a long one is: how many parts of how many."""
    for check in checks:
        yield from check(folder, tell)


def _sound(check: str, path: Path) -> Iterator[Finding]:
    try:
        flaws = flaws_of(path)
    except OperatorNeeded as failure:
        yield wrong(check, str(failure), _BACKUP)
        return
    if flaws:
        yield wrong(check, f"{path} is damaged: {'; '.join(flaws)}.", _BACKUP)
    else:
        yield well(check, f"{path.name} is sound.")


def _told(seen: Examination) -> Finding:
    counts = (
        f"{seen.series:,} series, {seen.sealed:,} readings in {seen.days:,} days, {seen.waiting:,} in the log"
    )
    if not seen.flaws:
        return well("history", f"{counts}: every one can be read.")
    named = [_flaw(flaw) for flaw in seen.flaws[:_MOST_FLAWS]]
    if len(seen.flaws) > _MOST_FLAWS:
        named.append(f"and {len(seen.flaws) - _MOST_FLAWS:,} more (--json names all)")
    return wrong("history", f"{counts}. " + " ".join(named), f"The rest stays readable. {_BACKUP}")


def _flaw(flaw: Flaw) -> str:
    where = f" {flaw.series}" if flaw.series else ""
    when = "" if flaw.start is None else f" from {_day(flaw.start)}"
    return f"{flaw.detail.rstrip('.')}{':' if where or when else ''}{where}{when}."


def _day(t: int) -> str:
    return datetime.fromtimestamp(t / 1000, UTC).strftime("%Y-%m-%d")
