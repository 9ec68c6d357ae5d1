"""Opens the storage of a data folder and joins the parts of a server over it."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from msgspec import Struct, convert
from msgspec.structs import replace

from krausen import doors
from krausen.alarms import rules
from krausen.alarms.rule import Rule
from krausen.cli.hosting import FolderHosting
from krausen.cli.site_push import pushing_of
from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.drivers import controllers as drivers
from krausen.plugins import discover
from krausen.ports.clock import Clock
from krausen.ports.controller import ControllerDriver
from krausen.ports.door import Door
from krausen.ports.hosting import Hosting
from krausen.ports.processes import ProcessFacts
from krausen.profiles import forms
from krausen.profiles.form import ProfileForm
from krausen.server.adapters import Adapters
from krausen.server.agents import Agents
from krausen.server.alarms import EVERY_S as JUDGED_EVERY_S
from krausen.server.alarms import Alarms, Ledger, Watch, in_force
from krausen.server.algorithms import facts_of
from krausen.server.arrangements import Arrangements
from krausen.server.batches import Batches
from krausen.server.chambers import Chambers
from krausen.server.channels import Channels
from krausen.server.charts import Charts
from krausen.server.controllers.arranging import Controllers
from krausen.server.controllers.parts import Outfit, controller_parts
from krausen.server.controllers.posts import Posts
from krausen.server.corrections import Corrections
from krausen.server.courses import Courses
from krausen.server.dispatch import Dispatch
from krausen.server.doors import Doors
from krausen.server.doors.host import PATIENCE_S
from krausen.server.doors.storing import Storage
from krausen.server.equipment import Devices
from krausen.server.export import Exports
from krausen.server.fitting import Fitting
from krausen.server.imports import Imports
from krausen.server.ingest import Ingest
from krausen.server.knowing import knowing_of
from krausen.server.live import TICK_S, Live
from krausen.server.logs.keeping import Logs
from krausen.server.logs.levels import Levels
from krausen.server.people import FirstRun, Reception
from krausen.server.profiles import Profiles
from krausen.server.pushing.gathering import Sources
from krausen.server.reminders import EVERY_S, Reminders
from krausen.server.report import Reports
from krausen.server.roster import Roster
from krausen.server.setpoints import Setpoints
from krausen.server.settings import FreeSettings
from krausen.server.site import Site
from krausen.server.status import Status
from krausen.server.storing import StoreRules
from krausen.storage.catalog import SqlCatalog
from krausen.storage.folder import DataFolder
from krausen.storage.history.sqlite import SqliteHistory
from krausen.supervision.installation import Installation

ID_BYTES = 8
"""Of the id of an alarm, which is random."""


class Character(Struct, frozen=True, kw_only=True):
    """What kind of server this is: its time zone (IANA name), its speed, and the user of a demo, by id."""

    zone: str
    speed: float = 1.0
    demo_user: str | None = None

    @property
    def is_demo(self) -> bool:
        """Tell whether this is the server of a demo."""
        return self.demo_user is not None


@contextmanager
def opened_site(
    folder: DataFolder,
    character: Character,
    clock_after: Callable[[int], Clock],
    hosting: Hosting | None = None,
) -> Iterator[Site]:
    """Give a server over a folder that is held; everything is closed on leaving.

    `clock_after` makes the clock, knowing the instant of the newest reading (UTC ms). Agents of controllers
    are processes of this machine where `hosting` knows no other place for them.
    """
    with (
        closing(SqliteHistory.open(folder.readings)) as history,
        closing(SqlCatalog.open(folder.catalog)) as catalog,
    ):
        clock = clock_after(history.newest_t())
        outfit = Outfit(
            hosting=hosting or FolderHosting(folder),
            drivers=discover(drivers, "CONTROLLER", ControllerDriver),
            speed=character.speed,
        )
        yield from _joined(_Storage(folder, history, catalog), clock, character, outfit)


class _Storage(Struct, frozen=True):
    folder: DataFolder
    history: SqliteHistory
    catalog: SqlCatalog


def _joined(storage: _Storage, clock: Clock, character: Character, outfit: Outfit) -> Iterator[Site]:
    folder, history, catalog = storage.folder, storage.history, storage.catalog
    live = Live(clock, epoch=f"{clock.now():x}", tick_s=TICK_S * character.speed)
    with closing(_reception(catalog, live, clock, character)) as reception:
        ingest = Ingest(history, live)
        roster = Roster(catalog, history, live, clock)
        settings = FreeSettings(catalog, live, clock)
        logs = Logs(live, clock, Levels(catalog, settings), character.speed)
        parts = controller_parts(catalog, roster, live, clock, replace(outfit, hear=logs.said))
        dispatch = Dispatch(catalog, ingest, roster, clock, parts.desk, logs)
        fitting = Fitting(catalog, history, roster, parts.kinds)
        arrangements = Arrangements(catalog, fitting, dispatch, roster, live, clock)
        agents = Agents(catalog, history, roster, reception, live, clock)
        posts = Posts(agents, parts.hosting, dispatch)
        kept = (catalog, history, live, clock)
        corrections, adapters = Corrections(*kept), Adapters(*kept)
        setpoints = Setpoints(catalog, dispatch, roster, live, clock)
        batches = Batches(catalog, roster, live, clock, arrangements.turn)
        yield Site(
            clock=clock,
            history=history,
            catalog=catalog,
            live=live,
            channels=Channels(catalog, live, clock),
            ingest=ingest,
            storing=StoreRules(catalog, history, ingest, clock, partial(live.say, "changes")),
            charts=Charts(history, corrections),
            roster=roster,
            dispatch=dispatch,
            agents=agents,
            devices=Devices(catalog, history, roster, live, clock),
            controllers=Controllers(catalog, parts.kinds, posts, parts.news, parts.notes, arrangements.turn),
            controller_work=parts.work,
            discoveries=parts.discoveries,
            chambers=Chambers(catalog, live, clock, arrangements.turn),
            batches=batches,
            corrections=corrections,
            reports=Reports(catalog, history, corrections, clock),
            exports=Exports(catalog, history, corrections, clock),
            algorithms=facts_of(discover(algorithms, "ALGORITHM", Algorithm)),
            arrangements=arrangements,
            setpoints=setpoints,
            courses=Courses(catalog, setpoints, clock),
            profiles=Profiles(catalog, clock, partial(live.say, "changes")),
            profile_forms=discover(forms, "FORM", ProfileForm),
            pushing=pushing_of(Sources(*kept, parts.errands), setpoints, ingest, character.speed),
            reminders=Reminders(catalog, batches, clock, every_s=EVERY_S * character.speed),
            alarms=_alarms(catalog, history, roster, live, clock, character),
            knowing=knowing_of(catalog, roster, live, clock, dispatch),
            adapters=adapters,
            doors=_doors(catalog, Storage(clock, history, ingest, adapters, roster), live, character),
            settings=settings,
            logs=logs,
            imports=Imports(history, catalog, clock, tell=partial(live.say, "changes")),
            reception=reception,
            first_run=FirstRun(reception, secrets.token_urlsafe),
            status=Status(clock, zone=character.zone, speed=character.speed, demo=character.is_demo),
            processes=partial(_processes, Installation(folder.path)),
            sizes=lambda: {"catalog": _bytes(folder.catalog), "readings": _bytes(folder.readings)},
        )


def _reception(catalog: SqlCatalog, live: Live, clock: Clock, character: Character) -> Reception:
    return Reception(
        catalog,
        _unhurried(clock, character.speed),
        secrets.token_urlsafe,
        demo_user=character.demo_user,
        tell=partial(live.say, "changes"),
    )


def _alarms(
    catalog: SqlCatalog,
    history: SqliteHistory,
    roster: Roster,
    live: Live,
    clock: Clock,
    character: Character,
) -> Alarms:
    watch = Watch(catalog, history, roster, live, speed=character.speed)
    ledger = Ledger(catalog, live)
    found = in_force(discover(rules, "RULE", Rule))
    every_s = JUDGED_EVERY_S * character.speed
    return Alarms(found, watch, ledger, clock, partial(secrets.token_hex, ID_BYTES), every_s=every_s)


def _doors(catalog: SqlCatalog, storage: Storage, live: Live, character: Character) -> Doors:
    patience_s = PATIENCE_S * character.speed
    return Doors(discover(doors, "DOOR", Door), catalog, storage, live, patience_s=patience_s)


async def _processes(installation: Installation) -> list[ProcessFacts] | None:
    """Tell how the processes fare, where a process manager keeps them."""
    loop = asyncio.get_running_loop()
    if not await loop.run_in_executor(None, installation.is_kept):
        return None
    found = await loop.run_in_executor(None, installation.processes)
    return [convert(one, ProcessFacts, from_attributes=True) for one in found]


def _bytes(file: Path) -> int:
    """Give the size of a database with its journal, 0 where there is none."""
    parts = (file, file.with_name(f"{file.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def _unhurried(clock: Clock, speed: float) -> Clock:
    """Give the clock of people, who sign in at their own pace however fast the beer ferments."""
    if speed == 1.0:
        return clock
    start, timer = clock.now(), clock.steady()
    return Clock(start, lambda: (clock.steady() - timer) / 1000.0 / speed)
