"""A catalog in memory."""

from krausen.testing.catalog.batches import MemoryBatches
from krausen.testing.catalog.people import MemoryPeople
from krausen.testing.catalog.settings import MemorySettings
from krausen.testing.catalog.vessels import MemoryVessels


class MemoryCatalog(MemoryVessels, MemoryBatches, MemoryPeople, MemorySettings):
    """The catalog port in dictionaries. Set `away` to a sentence and every call raises StorageAway with it.

    Other tasks get a turn at the start of every call, and none within it.
    """
