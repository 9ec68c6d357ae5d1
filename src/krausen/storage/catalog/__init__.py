"""The catalog in one SQLite file, through SQLAlchemy."""

from krausen.storage.catalog.agents import SqlAgents
from krausen.storage.catalog.alarms import SqlAlarms
from krausen.storage.catalog.batches import SqlBatches
from krausen.storage.catalog.chambers import SqlChambers
from krausen.storage.catalog.channels import SqlChannels
from krausen.storage.catalog.controllers import SqlControllers
from krausen.storage.catalog.corrections import SqlCorrections
from krausen.storage.catalog.doors import SqlDoors
from krausen.storage.catalog.foreign import SqlForeignIds
from krausen.storage.catalog.learned import SqlLearning
from krausen.storage.catalog.people import SqlPeople
from krausen.storage.catalog.profiles import SqlProfiles
from krausen.storage.catalog.reasons import SqlReasons
from krausen.storage.catalog.settings import SqlSettings
from krausen.storage.catalog.storing import SqlStoring
from krausen.storage.catalog.targets import SqlTargets
from krausen.storage.catalog.vessels import SqlVessels


class SqlCatalog(
    SqlVessels,
    SqlAgents,
    SqlControllers,
    SqlChambers,
    SqlBatches,
    SqlProfiles,
    SqlCorrections,
    SqlPeople,
    SqlDoors,
    SqlStoring,
    SqlChannels,
    SqlAlarms,
    SqlForeignIds,
    SqlLearning,
    SqlReasons,
    SqlTargets,
    SqlSettings,
):
    """The catalog port on one file. Open with `SqlCatalog.open`, close when done.

    When a call returns, its change survives a power cut. Calls are carried out in the order they are made in.
    """
