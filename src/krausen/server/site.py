"""Everything a server is made of, for those who answer the outside."""

from collections import Counter
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from krausen.ports.catalog import Catalog
from krausen.ports.clock import Clock
from krausen.ports.history import History
from krausen.ports.processes import Processes, nobody
from krausen.profiles.form import ProfileForm
from krausen.server.adapters import Adapters
from krausen.server.agents import Agents
from krausen.server.alarms import Alarms
from krausen.server.algorithms import AlgorithmBody
from krausen.server.arrangements import Arrangements
from krausen.server.batches import Batches
from krausen.server.chambers import Chambers
from krausen.server.channels import Channels
from krausen.server.charts import Charts
from krausen.server.controllers.arranging import Controllers
from krausen.server.controllers.work import ControllerWork
from krausen.server.corrections import Corrections
from krausen.server.courses import Courses
from krausen.server.discoveries import Discoveries
from krausen.server.dispatch import Dispatch
from krausen.server.doors import Doors
from krausen.server.equipment import Devices
from krausen.server.export import Exports
from krausen.server.imports import Imports
from krausen.server.ingest import Ingest
from krausen.server.knowing import Knowing
from krausen.server.live import Live
from krausen.server.logs.keeping import Logs
from krausen.server.people import FirstRun, Reception
from krausen.server.profiles import Profiles
from krausen.server.pushing import Pushing
from krausen.server.reminders import Reminders
from krausen.server.report import Reports
from krausen.server.roster import Roster
from krausen.server.setpoints import Setpoints
from krausen.server.settings import FreeSettings
from krausen.server.status import Status
from krausen.server.storing import StoreRules


class Site(Struct, frozen=True, kw_only=True):
    """The parts of one server. Made by `site`, which shows how they hang together.

    `sizes` gives the bytes of each file that grows, by name; `requests` counts those that were answered, by
    method and status.
    """

    clock: Clock
    history: History
    catalog: Catalog
    live: Live
    channels: Channels
    ingest: Ingest
    storing: StoreRules
    charts: Charts
    roster: Roster
    dispatch: Dispatch
    agents: Agents
    devices: Devices
    controllers: Controllers
    controller_work: ControllerWork
    discoveries: Discoveries
    chambers: Chambers
    batches: Batches
    corrections: Corrections
    reports: Reports
    exports: Exports
    algorithms: list[AlgorithmBody]
    arrangements: Arrangements
    setpoints: Setpoints
    courses: Courses
    profiles: Profiles
    profile_forms: dict[str, ProfileForm]
    reminders: Reminders
    pushing: Pushing
    alarms: Alarms
    knowing: Knowing
    adapters: Adapters
    doors: Doors
    settings: FreeSettings
    logs: Logs
    imports: Imports
    reception: Reception
    first_run: FirstRun
    status: Status
    processes: Processes = nobody
    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    sizes: Callable[[], Mapping[str, int]] = dict
