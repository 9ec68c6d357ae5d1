"""Writes a small catalog of the present layout beside this file: `python -m tests.databases.make`.

A layout that was released is never written again: its file shows what such an installation has on disk.
"""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from krausen.model.agent import Agent, Chamber, DeviceFacts
from krausen.model.alarm import Alarm, AlarmState, Priority
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.channel import Channel
from krausen.model.controller import Controller
from krausen.model.correction import Correction, CorrectionKind
from krausen.model.door import DoorState
from krausen.model.journal import JournalEntry
from krausen.model.learned import Learned, Standing
from krausen.model.level import Levels
from krausen.model.people import Session, Token, User, UserRole
from krausen.model.profile import Pause, Profile, ProfileEvent, Run, Step, StepKind
from krausen.model.reason import Reason
from krausen.model.series import SeriesName, StoreRule
from krausen.model.setpoint import Answer, AnswerState, Mode, Setpoint
from krausen.model.storing import StoreChoice
from krausen.model.target import Delivery, Selection, Target
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.catalog import Adapter, Catalog, Metric, Node, Policy
from krausen.ports.catalog.learned import LearnedRecord
from krausen.storage.catalog import SqlCatalog
from krausen.storage.catalog.tables import LAYOUT

FOLDER = Path(__file__).parent
BEER = SeriesName("cellar", "28-0000", "temperature")
COOL = SeriesName("cellar", "relay-1", "on")
VESSEL = Vessel(
    id="north",
    name="North",
    agent="cellar",
    limits=Limits(1.5, 25.0),
    roles={Role.BEER: BEER, Role.COOL: COOL},
    settings={"band_c": 0.5},
)
FIRST = Setpoint(revision=1, mode=Mode.OFF, by="Anna", at=1000)
WISH = Setpoint(revision=2, mode=Mode.BEER, value=18.5, reason="Pitching", by="Anna", at=2000)


async def fill(catalog: Catalog) -> None:
    """Put something of everything into a catalog."""
    await fill_1(catalog)
    await fill_2(catalog)
    await fill_3(catalog)
    await fill_4(catalog)
    await fill_5(catalog)
    await fill_6(catalog)
    await fill_7(catalog)
    await fill_8(catalog)


async def fill_8(catalog: Catalog) -> None:
    """Do what came with layout 8: know what was learned of a vessel, want it replaced, and why it cooled."""
    learned = Learned(mean=(1.5, -2.0), spread=(0.25, 0.0, 0.5), watched_h=36.5, standing=Standing.SURE)
    told = LearnedRecord(vessel="north", at=8000, learned=learned)
    await catalog.note_learned(told, {"cooling_c_h": 4.5, "loss_h": 20.0})
    doubted = replace(learned, standing=Standing.DOUBTFUL, doubts=("It cools less than it did.",))
    cooled = Reason(8200, cool=1.0, texts=("It is too warm.",), levels=Levels(cool=True))
    await catalog.keep_reasons("north", [cooled])
    await catalog.want_learned("north", doubted, entry("vessel", "north", 8100, "learned"))


async def fill_7(catalog: Catalog) -> None:
    """Do what came with layout 7: declare a channel, raise an alarm, give a number, and push to a service."""
    await catalog.declare_channel(
        Channel(name="bottling", title="Bottling"), entry("channel", "bottling", 7000)
    )
    cold = Alarm(
        id="a-1",
        rule="out_of_band",
        priority=Priority.WARNING,
        state=AlarmState.UNACKNOWLEDGED,
        vessel="north",
        since=7100,
        at=7100,
        title="North is too cold",
    )
    await catalog.keep_alarm(cold)
    seen = replace(cold, state=AlarmState.NORMAL, at=7200, by="Anna", condition=False, cleared_at=7200)
    await catalog.keep_alarm(replace(seen, id="a-2"), entry("alarm", "a-2", 7200, "acknowledged"))
    await catalog.foreign_id("vessel", "north")
    club = Target(
        id="club",
        name="Club",
        kind="generic",
        every_s=60.0,
        what=Selection(sensors="none"),
        settings={"url": "https://brewers.example/receive"},
    )
    await catalog.add_target(club, entry("target", "club", 7300))
    await catalog.delivered("club", {"due": 7460}, Delivery(at=7400, ok=True, status=200, took_ms=12))


async def fill_6(catalog: Catalog) -> None:
    """Do what came with layout 6: write a profile, have a vessel follow it, and tell of a controller."""
    profile = Profile(
        id="ale",
        name="Ale",
        steps=(
            Step(kind=StepKind.HOLD, temperature=18.0, hours=96.0),
            Step(kind=StepKind.STEP, temperature=20.0),
        ),
        events=(ProfileEvent(72.0, "Dry hops"),),
    )
    await catalog.add_profile(profile, entry("profile", "ale", 6000))
    brewpi = Controller(name="brewpi", driver="brewpi", settings={"port": "tcp://brewpi.local:23"})
    await catalog.add_controller(brewpi, entry("controller", "brewpi", 6100))
    run = Run(profile=profile, start=6200, pauses=(Pause(6300, 6400),))
    wish = Setpoint(revision=0, mode=Mode.PROFILE, profile="ale", run=run, by="Anna", at=6500)
    await catalog.request("south", wish, entry("vessel", "south", 6500, "setpoint"))


async def fill_5(catalog: Catalog) -> None:
    """Do what came with layout 5: open a door, change it, and choose what is kept of a series."""
    door = DoorState(
        name="ispindel", enabled=True, port=9080, allow=("192.168.0.0/16",), settings={"port": 9501}
    )
    await catalog.keep_door(door, entry("door", "ispindel", 5000, "updated"))
    await catalog.keep_door(replace(door, may_switch=True), entry("door", "ispindel", 5100, "updated"))
    chosen = StoreChoice(BEER, StoreRule(every_s=10.0, deadband=0.05, longest_s=600.0))
    await catalog.choose_store(chosen, entry("series", "s1", 5200, "updated"))


async def fill_4(catalog: Catalog) -> None:
    """Do what came with layout 4: plan a batch, put another into the bin, correct readings and undo it."""
    stout = Batch(
        id="stout",
        name="Stout",
        state=BatchState.PLANNED,
        vessel="north",
        style="Dry stout",
        yeast="Kveik",
        volume_l=20.0,
        original_gravity=1.052,
        target_gravity=1.011,
    )
    await catalog.add_batch(stout, entry("batch", "stout", 4000))
    spilt = replace(stout, id="spilt", name="Spilt", vessel=None)
    await catalog.add_batch(spilt, entry("batch", "spilt", 4100))
    binned = replace(spilt, deleted_at=4200)
    await catalog.change_batch(binned, [], entry("batch", "spilt", 4200, "deleted"))
    spike = Correction(
        id="c-1", series=BEER, start=2100, end=2200, kind=CorrectionKind.MASK, by="anna", at=4300
    )
    await catalog.add_correction(spike, entry("correction", "c-1", 4300))
    await catalog.add_correction(
        replace(spike, id="c-2", kind=CorrectionKind.SHIFT, value=0.5), entry("correction", "c-2", 4400)
    )
    await catalog.remove_correction("c-2", entry("correction", "c-2", 4500, "deleted"))


async def fill_3(catalog: Catalog) -> None:
    """Do what came with layout 3: know an agent and its device, and put a vessel into a chamber."""
    agent = Agent(name="cellar", known_since=3000)
    token = Token(id="t-3", title="agent cellar", role=UserRole.AGENT, adapters=("cellar",), digest="d3")
    await catalog.add_agent(agent, token, entry("agent", "cellar", 3000))
    await catalog.note_agent(replace(agent, version="0.1.0", clock_ms=-20, seen_at=3100))
    probe = DeviceFacts(agent="cellar", node="28-0000", kind="thermometer", driver="ds18b20", title="Float")
    await catalog.declare_devices([probe])
    await catalog.title_device(probe, entry("device", "28-0000", 3200, "updated"))
    fridge = Chamber(id="fridge", name="Fridge", agent="cellar")
    await catalog.add_chamber(fridge, entry("chamber", "fridge", 3300))
    await catalog.add_chamber(replace(fridge, id="shed"), entry("chamber", "shed", 3400))
    await catalog.remove_chamber("shed", entry("chamber", "shed", 3500, "deleted"))
    east = Vessel(id="east", name="East", agent="cellar", chamber="fridge")
    await catalog.add_vessel(east, FIRST, entry("vessel", "east", 3600))
    record = await catalog.vessel("east")
    await catalog.remove_vessel(record, entry("vessel", "east", 3700, "deleted"))


async def fill_2(catalog: Catalog) -> None:
    """Do what came with layout 2: change and remove a vessel, agree on an adapter, change a setting."""
    west = Vessel(id="west", name="West", agent="cellar", roles={Role.BEER: BEER})
    await catalog.add_vessel(west, FIRST, entry("vessel", "west", 1600))
    changed = replace(west, roles={Role.BEER: COOL})
    record = await catalog.change_vessel(changed, entry("vessel", "west", 1700, "updated"))
    await catalog.remove_vessel(record, entry("vessel", "west", 1800, "deleted"))
    node = Node(name="mash", title="Mash tun", kind="kettle")
    metric = Metric(name="t", title="Temperature", unit="°C", min=0.0, max=110.0)
    agreed = Adapter(name="hall", policy=Policy.AGREED, nodes=(node,), metrics=(metric,))
    await catalog.keep_adapter(agreed, entry("adapter", "hall", 1900))
    await catalog.keep_setting("ui.theme", "dark", entry("setting", "ui.theme", 1950))


async def fill_1(catalog: Catalog) -> None:
    """Do what every layout has had."""
    await catalog.add_vessel(VESSEL, FIRST, entry("vessel", "north", 1000))
    bare = Vessel(id="south", name="South", agent="cellar")
    await catalog.add_vessel(bare, FIRST, entry("vessel", "south", 1500))
    await catalog.request("north", WISH, entry("vessel", "north", 2000, "setpoint"))
    await catalog.answered("north", 2, Answer(setpoint=WISH, state=AnswerState.ACCEPTED, at=2100))
    batch = Batch(
        id="pale",
        name="Pale",
        state=BatchState.RUNNING,
        vessel="north",
        started_at=2000,
        roles={"beer": BEER},
        source="import:import/pale",
    )
    await catalog.keep_batch(batch, [BatchEvent(2500, "note", "Hops in.")], entry("batch", "pale", 2000))
    anna = User(id="u-1", login="anna", name="Anna", role=UserRole.ADMIN, password_hash="$argon2id$x")
    await catalog.keep_user(anna, entry("user", "u-1", 900))
    token = Token(id="t-1", title="kettle", role=UserRole.SENDER, adapters=("kettle",), digest="d1")
    await catalog.add_token(token, entry("token", "t-1", 950))
    await catalog.keep_session(Session(digest="c1", user="u-1", created_at=900, seen_at=3000))
    await catalog.keep_adapter(
        Adapter(name="kettle", title="Kettle", zone="Europe/Copenhagen"), entry("adapter", "kettle", 960)
    )
    await catalog.keep_setting("site.zone", "Europe/Oslo", entry("setting", "site.zone", 970))


def entry(what: str, id: str, at: int, action: str = "created") -> JournalEntry:
    """Give the journal entry of a change."""
    return JournalEntry(at=at, by="anna", what=what, id=id, action=action, reason="because")


def write(path: Path) -> None:
    """Write the catalog into one small file."""
    with closing(SqlCatalog.open(path)) as catalog:
        asyncio.run(fill(catalog))
    with closing(sqlite3.connect(path)) as file:
        file.executescript("PRAGMA journal_mode=DELETE; PRAGMA page_size=512; VACUUM;")


def main() -> int:
    """Write the file of the present layout, unless there is one."""
    path = FOLDER / f"catalog-{LAYOUT}.sqlite"
    if path.exists():
        sys.stderr.write(f"{path.name} is there and stays as it is.\n")
        return 1
    write(path)
    sys.stdout.write(f"Written: {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
