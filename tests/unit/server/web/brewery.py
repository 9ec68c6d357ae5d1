"""A small brewery in memory, with its web application and somebody of every role."""

from asyncio import get_running_loop
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from functools import cache, partial
from itertools import count
from types import MappingProxyType
from typing import Any

import httpx2
from litestar import Litestar
from msgspec import Struct
from msgspec.structs import replace

from krausen import doors
from krausen.alarms import rules
from krausen.alarms.rule import Rule
from krausen.control.algorithms import hysteresis
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.people import Token, UserRole
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.plugins import discover
from krausen.ports.clock import Clock
from krausen.ports.door import Door
from krausen.profiles import forms
from krausen.profiles.form import ProfileForm
from krausen.server.adapters import Adapters
from krausen.server.agents import Agents
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
from krausen.server.doors.storing import Storage
from krausen.server.equipment import Devices
from krausen.server.export import Exports
from krausen.server.fitting import Fitting
from krausen.server.imports import Imports
from krausen.server.ingest import Ingest
from krausen.server.knowing import knowing_of
from krausen.server.live import Live
from krausen.server.logs.keeping import Logs
from krausen.server.logs.levels import Levels
from krausen.server.metrics import Requests
from krausen.server.people import FirstRun, Reception
from krausen.server.people.digests import digest
from krausen.server.profiles import Profiles
from krausen.server.pushing.gathering import Sources
from krausen.server.reminders import Reminders
from krausen.server.report import Reports
from krausen.server.roster import Roster
from krausen.server.setpoints import Setpoints
from krausen.server.settings import FreeSettings
from krausen.server.site import Site
from krausen.server.status import Status
from krausen.server.storing import StoreRules
from krausen.server.web.app import application
from krausen.server.web.entrance import Entrance
from krausen.server.web.page import Files
from krausen.server.web.shell import Shell
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.clock import HandClock
from krausen.testing.controller import ScriptedController
from krausen.testing.history import MemoryHistory
from krausen.testing.hosting import MemoryHosting
from tests.unit.server.web.pushed import pushing_of

NOON = 1_790_000_000_000
"""2026-09-21T14:13:20Z."""
SECRETS = {role: f"krs_{role.value}" for role in UserRole}
BEER = SeriesName("cellar", "probe-1", "temperature")
DOORS = discover(doors, "DOOR", Door)
RULES = discover(rules, "RULE", Rule)
CONTROLLER = ScriptedController().driver
SENDERS = ("orchard", "orchard-2")
NO_FILES: Files = MappingProxyType({})


class Brewery(Struct, frozen=True, kw_only=True):
    """A site in memory; its parts can be reached behind its back."""

    site: Site
    catalog: MemoryCatalog
    history: MemoryHistory
    hosting: MemoryHosting
    app: Shell

    def caller(self, role: UserRole | None = None, **headers: str) -> httpx2.AsyncClient:
        """Give a client that has the token of a role, or none, and sends these headers."""
        if role is not None:
            headers["authorization"] = f"Bearer {SECRETS[role]}"
        transport = httpx2.ASGITransport(app=self.app)
        return httpx2.AsyncClient(transport=transport, base_url="http://krausen.test", headers=headers)

    async def read(self, path: str, role: UserRole = UserRole.VIEWER) -> Any:
        """Give what a call answers, which must be 200."""
        async with self.caller(role) as client:
            answer = await client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refusal(self, path: str, role: UserRole = UserRole.VIEWER) -> tuple[int, list[str]]:
        """Give the status with which a call is refused, and where the faults are."""
        async with self.caller(role) as client:
            answer = await client.get(f"/api/v1{path}")
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.status_code, [fault["where"] for fault in answer.json()["errors"]]


@asynccontextmanager
async def furnished_brewery(files: Files = NO_FILES) -> AsyncIterator[Brewery]:
    """Open a brewery at noon with something of everything."""
    loop = get_running_loop()
    with brewery_at(Clock(NOON - loop.time() * 1000, loop.time), files) as brewery:
        await furnish(brewery)
        yield brewery


@contextmanager
def brewery_at(clock: Clock, files: Files = NO_FILES) -> Iterator[Brewery]:
    """Open an empty brewery. All share their routes, which take long to make, so one is open at a time."""
    hosting = MemoryHosting()
    with _site(clock, hosting) as (site, catalog, history):
        requests: Requests = Counter()
        routes().state.update({"site": site, "files": files, "requests": requests})
        app = Shell(Entrance(site, routes()), requests)
        yield Brewery(site=site, catalog=catalog, history=history, hosting=hosting, app=app)


@cache
def routes() -> Litestar:
    """Give the routes of the brewery that was opened last."""
    with _site(HandClock(), MemoryHosting()) as (site, _, _):
        return application(site, None, Counter())


@contextmanager
def _site(clock: Clock, hosting: MemoryHosting) -> Iterator[tuple[Site, MemoryCatalog, MemoryHistory]]:
    catalog, history = MemoryCatalog(), MemoryHistory()
    live = Live(clock, "run1")
    ingest = Ingest(history, live)
    roster = Roster(catalog, history, live, clock)
    outfit = Outfit(hosting=hosting, drivers={CONTROLLER.name: CONTROLLER})
    settings = FreeSettings(catalog, live, clock)
    logs = Logs(live, clock, Levels(catalog, settings))
    parts = controller_parts(catalog, roster, live, clock, replace(outfit, hear=logs.said))
    dispatch = Dispatch(catalog, ingest, roster, clock, parts.desk, logs)
    fitting = Fitting(catalog, history, roster, parts.kinds)
    arrangements = Arrangements(catalog, fitting, dispatch, roster, live, clock)
    corrections = Corrections(catalog, history, live, clock)
    adapters = Adapters(catalog, history, live, clock)
    setpoints = Setpoints(catalog, dispatch, roster, live, clock)
    batches = Batches(catalog, roster, live, clock, arrangements.turn)
    with closing(_reception(catalog, live, clock)) as reception:
        agents = Agents(catalog, history, roster, reception, live, clock)
        posts = Posts(agents, hosting, dispatch)
        site = Site(
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
            algorithms=facts_of({hysteresis.ALGORITHM.name: hysteresis.ALGORITHM}),
            arrangements=arrangements,
            setpoints=setpoints,
            courses=Courses(catalog, setpoints, clock),
            profiles=Profiles(catalog, clock, partial(live.say, "changes")),
            profile_forms=discover(forms, "FORM", ProfileForm),
            reminders=Reminders(catalog, batches, clock),
            pushing=pushing_of(Sources(catalog, history, live, clock, parts.errands), setpoints, ingest),
            alarms=_alarms(Watch(catalog, history, roster, live), Ledger(catalog, live), clock),
            knowing=knowing_of(catalog, roster, live, clock, dispatch),
            adapters=adapters,
            doors=Doors(DOORS, catalog, Storage(clock, history, ingest, adapters, roster), live),
            settings=settings,
            logs=logs,
            imports=Imports(history, catalog, clock, tell=partial(live.say, "changes")),
            reception=reception,
            first_run=FirstRun(reception, lambda: "setup-code"),
            status=Status(clock, zone="Europe/Copenhagen"),
        )
        yield site, catalog, history


def _reception(catalog: MemoryCatalog, live: Live, clock: Clock) -> Reception:
    numbers = count(1)
    return Reception(catalog, clock, lambda: f"secret-{next(numbers)}", tell=partial(live.say, "changes"))


def _alarms(watch: Watch, ledger: Ledger, clock: Clock) -> Alarms:
    numbers = count(1)
    return Alarms(in_force(RULES), watch, ledger, clock, lambda: f"alarm-{next(numbers)}")


async def furnish(brewery: Brewery) -> None:
    """Put a token for every role, a vessel with a beer probe, a batch and an hour of readings into it."""
    for role, secret in SECRETS.items():
        adapters = SENDERS if role is UserRole.SENDER else ("*",)
        token = Token(id=f"t-{role}", title=role, role=role, adapters=adapters, digest=digest(secret))
        await brewery.catalog.add_token(token, entry("token", token.id))
    vessel = Vessel(id="north", name="North", agent="cellar", limits=Limits(0, 25), roles={Role.BEER: BEER})
    await brewery.catalog.add_vessel(vessel, Setpoint(revision=1, mode=Mode.OFF), entry("vessel", "north"))
    batch = Batch(
        id="pale",
        name="Pale",
        state=BatchState.FINISHED,
        started_at=NOON - 3_600_000,
        finished_at=NOON,
        roles={"beer": BEER},
        source="import:import/pale",
    )
    await brewery.catalog.keep_batch(
        batch, [BatchEvent(NOON - 60_000, "note", "Hops in.")], entry("batch", "pale")
    )
    await brewery.site.roster.load()
    await brewery.history.declare([(BEER, "°C")])
    await brewery.history.store(
        [
            *(Reading(BEER, NOON - m * 60_000, 18.0 + m / 100) for m in range(60)),
            Reading(BEER, NOON - 90_000, 85.0, Quality.BAD),
        ]
    )


def entry(what: str, id: str) -> JournalEntry:
    """Give a journal entry of the set-up."""
    return JournalEntry(at=NOON, by="set-up", what=what, id=id, action="created")
