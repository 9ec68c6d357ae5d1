"""A catalog in memory."""

from krausen.testing.catalog.agents import MemoryAgents
from krausen.testing.catalog.alarms import MemoryAlarms
from krausen.testing.catalog.batches import MemoryBatches
from krausen.testing.catalog.chambers import MemoryChambers
from krausen.testing.catalog.channels import MemoryChannels
from krausen.testing.catalog.controllers import MemoryControllers
from krausen.testing.catalog.corrections import MemoryCorrections
from krausen.testing.catalog.doors import MemoryDoors
from krausen.testing.catalog.foreign import MemoryForeignIds
from krausen.testing.catalog.learned import MemoryLearning
from krausen.testing.catalog.profiles import MemoryProfiles
from krausen.testing.catalog.reasons import MemoryReasons
from krausen.testing.catalog.settings import MemorySettings
from krausen.testing.catalog.storing import MemoryStoring
from krausen.testing.catalog.targets import MemoryTargets


class MemoryCatalog(
    MemoryChambers,
    MemoryBatches,
    MemoryProfiles,
    MemoryCorrections,
    MemoryAgents,
    MemoryControllers,
    MemoryDoors,
    MemoryStoring,
    MemoryChannels,
    MemoryAlarms,
    MemoryForeignIds,
    MemoryLearning,
    MemoryReasons,
    MemoryTargets,
    MemorySettings,
):
    """The catalog port in dictionaries. Set `away` to a sentence and every call raises StorageAway with it.

    Other tasks get a turn at the start of every call, and none within it.
    """
