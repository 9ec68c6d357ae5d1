"""Everything that people arrange: vessels, wishes, batches, people, settings, and the journal of changes;
and what is known of our agents.

Every call raises StorageAway when the disk refuses. A change and its journal entry are stored together or
not at all. Where a change takes `seen`, that is the revision the asker was looking at, None for no check;
when there is a newer one, the call raises Stale.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from krausen.model.agent import Agent, Chamber, DeviceFacts
from krausen.model.batch import Batch, BatchEvent
from krausen.model.correction import Correction
from krausen.model.door import DoorState
from krausen.model.journal import EVERY, JournalEntry, Which
from krausen.model.people import Token
from krausen.model.series import SeriesName
from krausen.model.setpoint import Answer, Setpoint
from krausen.model.storing import StoreChoice
from krausen.model.vessel import Role, Vessel
from krausen.ports.catalog.alarms import Alarms
from krausen.ports.catalog.channels import Channels
from krausen.ports.catalog.controllers import Controllers
from krausen.ports.catalog.foreign import ForeignIds
from krausen.ports.catalog.learned import Learning
from krausen.ports.catalog.people import People
from krausen.ports.catalog.profiles import Profiles
from krausen.ports.catalog.reasons import Reasons
from krausen.ports.catalog.targets import Targets


class VesselRecord(Struct, frozen=True, kw_only=True):
    """A vessel, the latest wish for it and what its agent said. Times in UTC milliseconds."""

    vessel: Vessel
    requested: Setpoint
    answer: Answer
    created_at: int
    updated_at: int


class RoleInterval(Struct, frozen=True, kw_only=True):
    """What a series was to a vessel while start <= t < end, UTC ms; `end` is None while it lasts."""

    role: Role
    series: SeriesName
    start: int
    end: int | None = None


class Vessels(Protocol):
    """Vessels, their roles in time, and the wishes for them."""

    async def vessels(self) -> list[VesselRecord]:
        """Give all vessels, ordered by id."""

    async def vessel(self, id: str) -> VesselRecord:
        """Give one. Raises NotFound."""

    async def add_vessel(self, vessel: Vessel, wish: Setpoint, entry: JournalEntry) -> None:
        """Add one with its first wish, which counts as accepted.

        Raises Stale when the id is taken, and be it by a vessel that was removed.
        """

    async def change_vessel(
        self, vessel: Vessel, entry: JournalEntry, *, seen: int | None = None
    ) -> VesselRecord:
        """Replace what is arranged of a vessel, under the next revision, counted here.

        The roles that change end at the entry's time, and others begin then. Raises NotFound, Stale.
        """

    async def remove_vessel(self, last: VesselRecord, entry: JournalEntry) -> None:
        """Remove a vessel that is as it was last seen; its wishes and roles stay for its past.

        Raises NotFound, and Stale when it or the wish for it has changed since, or a batch is in it.
        """

    async def roles_at(self, id: str, start: int, end: int) -> list[RoleInterval]:
        """Give the roles that lasted at some time in start <= t < end, ordered by role and start.

        Those of a vessel that was removed are there too.
        """

    async def request(
        self, id: str, wish: Setpoint, entry: JournalEntry, *, seen: int | None = None
    ) -> VesselRecord:
        """Keep a wish under the next revision, counted here; give the vessel with its answer `waiting`.

        `seen` is the revision of the wish that the asker was looking at. Raises Stale when it is not the
        newest, NotFound without a vessel.
        """

    async def answered(self, id: str, revision: int, answer: Answer) -> VesselRecord | None:
        """Keep what the agent said to a wish; None, and nothing kept, when a newer wish is already there."""

    async def wishes(self, id: str, start: int, end: int) -> list[Setpoint]:
        """Give the wishes with start <= at < end, oldest first."""


class Batches(Protocol):
    """Batches and what happened to them."""

    async def batches(self, *, binned: bool = False) -> list[Batch]:
        """Give all batches, the latest start first; those in the bin instead where they are asked for."""

    async def batch(self, id: str, *, binned: bool = False) -> Batch:
        """Give one, or one that lies in the bin. Raises NotFound."""

    async def batch_of(self, source: str) -> Batch | None:
        """Give the batch that was imported from a source, and be it in the bin, or None."""

    async def add_batch(self, batch: Batch, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one in the bin."""

    async def change_batch(
        self, batch: Batch, events: Sequence[BatchEvent], entry: JournalEntry, *, seen: int | None = None
    ) -> Batch:
        """Replace one, in the bin or not, under the next revision, counted here, and add events.

        Raises NotFound, Stale.
        """

    async def keep_batch(self, batch: Batch, events: Sequence[BatchEvent], entry: JournalEntry) -> int:
        """Add or replace a batch and add the events it does not have yet; give how many those were."""

    async def events(self, id: str) -> list[BatchEvent]:
        """Give the events of a batch in order of time. Raises NotFound."""

    async def remove_event(self, id: str, event: BatchEvent, entry: JournalEntry) -> None:
        """Remove an event of a batch. Raises NotFound."""


class Corrections(Protocol):
    """What people say of stretches of readings."""

    async def corrections(self) -> list[Correction]:
        """Give all corrections in the order in which they were made."""

    async def add_correction(self, correction: Correction, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""

    async def remove_correction(self, id: str, entry: JournalEntry) -> None:
        """Remove one. Raises NotFound."""


class Agents(Protocol):
    """Our agents, and what they say of their devices."""

    async def agents(self) -> list[Agent]:
        """Give all agents, ordered by name."""

    async def add_agent(self, agent: Agent, token: Token, entry: JournalEntry) -> None:
        """Add an agent that has not called yet, with its proof. Raises Stale when either is known."""

    async def note_agent(self, agent: Agent) -> None:
        """Keep what an agent told of itself; since when it is known stays."""

    async def remove_agent(self, name: str, entry: JournalEntry) -> list[str]:
        """Remove an agent, what is known of its devices, and the tokens that are for it alone.

        Gives the ids of those tokens. Raises NotFound.
        """

    async def devices(self) -> list[DeviceFacts]:
        """Give what is known of devices, ordered by agent and node."""

    async def declare_devices(self, devices: Sequence[DeviceFacts]) -> None:
        """Keep kind and driver of devices; titles and revisions stay."""

    async def title_device(
        self, device: DeviceFacts, entry: JournalEntry, *, seen: int | None = None
    ) -> DeviceFacts:
        """Keep the title of a device under the next revision, counted here; the rest stays if it is known.

        Raises Stale. One that was never declared nor titled is at revision 0.
        """


class Chambers(Protocol):
    """Where vessels stand."""

    async def chambers(self) -> list[Chamber]:
        """Give all chambers, ordered by id."""

    async def chamber(self, id: str) -> Chamber:
        """Give one. Raises NotFound."""

    async def add_chamber(self, chamber: Chamber, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""

    async def change_chamber(
        self, chamber: Chamber, entry: JournalEntry, *, seen: int | None = None
    ) -> Chamber:
        """Replace one under the next revision, counted here. Raises NotFound, Stale."""

    async def remove_chamber(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, and Stale also while a vessel stands in it."""


class Policy(StrEnum):
    """What an adapter may send: whatever it likes, or only what was agreed."""

    OPEN = "open"
    AGREED = "agreed"


class Node(Struct, frozen=True, kw_only=True):
    """What is known of a node of an adapter."""

    name: str
    title: str = ""
    kind: str = ""
    agreed: bool = True


class Metric(Struct, frozen=True, kw_only=True):
    """What is known of a metric of an adapter: its unit, and between which values it lies."""

    name: str
    title: str = ""
    unit: str = ""
    min: float | None = None
    max: float | None = None
    agreed: bool = True


class Adapter(Struct, frozen=True, kw_only=True):
    """Who reports readings; `zone` is the IANA name of the time zone of its local times, None the site's."""

    name: str
    title: str = ""
    zone: str | None = None
    policy: Policy = Policy.OPEN
    nodes: tuple[Node, ...] = ()
    metrics: tuple[Metric, ...] = ()
    revision: int = 1


class Setting(Struct, frozen=True, kw_only=True):
    """A free setting; its value is anything JSON can say."""

    key: str
    value: object
    revision: int = 1


class Kind(StrEnum):
    """The kinds of things whose dates can be asked for."""

    BATCH = "batch"
    USER = "user"
    ADAPTER = "adapter"
    SETTING = "setting"
    CHAMBER = "chamber"
    PROFILE = "profile"
    CONTROLLER = "controller"
    CHANNEL = "channel"
    TARGET = "target"


class Dates(Struct, frozen=True):
    """When a thing was made and when it was last changed, UTC milliseconds."""

    created_at: int
    updated_at: int


class Settings(Protocol):
    """Adapters, free settings and the journal."""

    async def adapters(self) -> list[Adapter]:
        """Give all adapters that were arranged, ordered by name."""

    async def adapter(self, name: str) -> Adapter | None:
        """Give an adapter that was arranged, or None."""

    async def keep_adapters(self, adapters: Sequence[Adapter], entries: Sequence[JournalEntry]) -> None:
        """Add or replace adapters, all or none, each under its next revision, counted here."""

    async def keep_adapter(self, adapter: Adapter, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Add or replace an adapter under the next revision, counted here. Raises Stale."""

    async def settings(self) -> list[Setting]:
        """Give all settings, ordered by key."""

    async def setting(self, key: str) -> object:
        """Give the value of a setting (anything JSON can say), or None."""

    async def keep_setting(
        self, key: str, value: object, entry: JournalEntry, *, seen: int | None = None
    ) -> None:
        """Keep a setting under the next revision, counted here. Raises Stale."""

    async def keep_settings(self, values: Mapping[str, object], entries: Sequence[JournalEntry]) -> None:
        """Keep several settings, all or none, each under its next revision."""

    async def remove_setting(self, key: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove a setting. Raises NotFound, Stale."""

    async def dates(self, kind: Kind) -> dict[str, Dates]:
        """Give the dates of all things of a kind, by id, name or key."""

    async def journal(self, limit: int, *, before: int | None = None) -> list[JournalEntry]:
        """Give entries, newest first: those that are numbered below `before`, else the newest.

        Entries are numbered from 1 in the order in which they were written.
        """

    async def numbered(
        self, limit: int, *, before: int | None = None, which: Which = EVERY
    ) -> list[tuple[int, JournalEntry]]:
        """Give entries as `journal` does, of those that are asked for, each with its number."""

    async def journal_length(self) -> int:
        """Give the number of the newest entry, 0 where there is none."""


class Doors(Protocol):
    """What people decided of doors."""

    async def doors(self) -> list[DoorState]:
        """Give what was decided, ordered by name; a door that nobody has changed is not there."""

    async def keep_door(self, door: DoorState, entry: JournalEntry, *, seen: int | None = None) -> DoorState:
        """Keep how a door is to be under the next revision, counted here; give it so. Raises Stale."""


class Storing(Protocol):
    """What people chose to keep of series, in place of what their sources declare."""

    async def store_choices(self) -> list[StoreChoice]:
        """Give what was chosen, ordered by series."""

    async def choose_store(self, choice: StoreChoice, entry: JournalEntry) -> None:
        """Choose what is kept of a series, in place of what was chosen before."""

    async def forget_store(self, series: SeriesName, entry: JournalEntry) -> None:
        """Keep again what the source of a series declares. Raises NotFound."""


class Catalog(
    Vessels,
    Agents,
    Controllers,
    Chambers,
    Batches,
    Profiles,
    Corrections,
    People,
    Doors,
    Storing,
    Channels,
    Alarms,
    ForeignIds,
    Learning,
    Reasons,
    Targets,
    Settings,
    Protocol,
):
    """All of it behind one door; parts of the server ask only for the protocol they need."""
