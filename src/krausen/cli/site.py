"""Opens the storage of a data folder and joins the parts of a server over it."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from msgspec import Struct

from krausen.ports.clock import Clock
from krausen.server.adapters import Adapters
from krausen.server.arrangements import Arrangements
from krausen.server.charts import Charts
from krausen.server.dispatch import Dispatch
from krausen.server.imports import Imports
from krausen.server.ingest import Ingest
from krausen.server.live import TICK_S, Live
from krausen.server.people import FirstRun, Reception
from krausen.server.roster import Roster
from krausen.server.setpoints import Setpoints
from krausen.server.settings import FreeSettings
from krausen.server.site import Site
from krausen.server.status import Status
from krausen.storage.catalog import SqlCatalog
from krausen.storage.folder import DataFolder
from krausen.storage.history.sqlite import SqliteHistory


class Character(Struct, frozen=True, kw_only=True):
    """What kind of server this is: its time zone (IANA name), its speed, and the user of a demo, by id."""

    zone: str
    speed: float = 1.0
    demo_user: str | None = None


@contextmanager
def opened_site(
    folder: DataFolder, character: Character, clock_after: Callable[[int], Clock]
) -> Iterator[Site]:
    """Give a server over a folder that is held; everything is closed on leaving.

    `clock_after` makes the clock, knowing the instant of the newest reading (UTC ms).
    """
    with (
        closing(SqliteHistory.open(folder.readings)) as history,
        closing(SqlCatalog.open(folder.catalog)) as catalog,
    ):
        clock = clock_after(history.newest_t())
        yield from _joined(history, catalog, clock, character)


def _joined(
    history: SqliteHistory, catalog: SqlCatalog, clock: Clock, character: Character
) -> Iterator[Site]:
    demo_user = character.demo_user
    with closing(
        Reception(catalog, _unhurried(clock, character.speed), secrets.token_urlsafe, demo_user=demo_user)
    ) as reception:
        live = Live(clock, epoch=f"{clock.now():x}", tick_s=TICK_S * character.speed)
        ingest = Ingest(history, live)
        roster = Roster(catalog, history, live, clock)
        dispatch = Dispatch(catalog, ingest, roster)
        yield Site(
            clock=clock,
            history=history,
            catalog=catalog,
            live=live,
            ingest=ingest,
            charts=Charts(history),
            roster=roster,
            dispatch=dispatch,
            arrangements=Arrangements(catalog, history, dispatch, roster, live, clock),
            setpoints=Setpoints(catalog, dispatch, roster, live, clock),
            adapters=Adapters(catalog, history, live, clock),
            settings=FreeSettings(catalog, live, clock),
            imports=Imports(history, catalog, clock),
            reception=reception,
            first_run=FirstRun(reception, secrets.token_urlsafe),
            status=Status(clock, zone=character.zone, speed=character.speed, demo=demo_user is not None),
        )


def _unhurried(clock: Clock, speed: float) -> Clock:
    """Give the clock of people, who sign in at their own pace however fast the beer ferments."""
    start = clock.now()
    return Clock(start, lambda: (clock.now() - start) / 1000.0 / speed)
