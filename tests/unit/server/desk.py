"""A server core in memory, with its clock in our hands."""

from msgspec.structs import replace

from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, UserRole
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.history import Point
from krausen.server.controllers.parts import Outfit, controller_parts
from krausen.server.dispatch import Dispatch
from krausen.server.fitting import Fitting
from krausen.server.ingest import Ingest
from krausen.server.live import Listener, Live
from krausen.server.roster import Roster
from krausen.server.setpoints import Setpoints
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.clock import HandClock
from krausen.testing.history import MemoryHistory
from krausen.testing.hosting import MemoryHosting

BEER = SeriesName("pi", "beer", "temperature")
HEAT = SeriesName("pi", "heater", "on")
FASS = Vessel(
    id="fass", name="Fass", agent="pi", limits=Limits(0.0, 26.0), roles={Role.BEER: BEER, Role.HEAT: HEAT}
)
KEG = replace(FASS, id="keg", name="Keg", agent="other", roles={})
ANNA = Caller(id="u1", login="anna", name="Anna", role=UserRole.BREWER)


class Desk:
    """The parts of a server, joined."""

    def __init__(self) -> None:
        self.clock = HandClock(1_000_000)
        self.catalog = MemoryCatalog()
        self.history = MemoryHistory()
        self.live = Live(self.clock, "e")
        self.ingest = Ingest(self.history, self.live)
        self.roster = Roster(self.catalog, self.history, self.live, self.clock)
        self.hosting = MemoryHosting()
        outfit = Outfit(hosting=self.hosting)
        self.controllers = controller_parts(self.catalog, self.roster, self.live, self.clock, outfit)
        self.dispatch = Dispatch(self.catalog, self.ingest, self.roster, self.clock, self.controllers.desk)
        self.fitting = Fitting(self.catalog, self.history, self.roster, self.controllers.kinds)
        self.setpoints = Setpoints(self.catalog, self.dispatch, self.roster, self.live, self.clock)

    async def arrange(self, *vessels: Vessel) -> None:
        """Have vessels, each with a first wish at revision 1."""
        now = self.clock.now()
        for vessel in vessels:
            wish = Setpoint(revision=1, mode=Mode.BEER, value=18.0, by="Anna", at=now)
            entry = JournalEntry(at=now, by="anna", what="vessel", id=vessel.id, action="created")
            await self.catalog.add_vessel(vessel, wish, entry)
        await self.roster.load()

    async def kept(self, name: SeriesName) -> list[Point]:
        """Give what history has of a series."""
        series = await self.history.id_of(name)
        return [] if series is None else await self.history.points(series, 0, 2**62, 10**6)

    def hear(self, *channels: str) -> Listener:
        """Listen to channels."""
        listener = self.live.listen()
        listener.subscribe(channels)
        return listener


def reading(t: int, v: float = 20.0, series: SeriesName = BEER) -> Reading:
    """Make a reading."""
    return Reading(series, t, v)
