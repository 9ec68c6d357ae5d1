"""The host of doors: who may knock, what they may bring, what is told of it."""

from krausen.server.doors.host import DoorFacts, Doors
from krausen.server.doors.listening import Network

__all__ = ["DoorFacts", "Doors", "Network"]
