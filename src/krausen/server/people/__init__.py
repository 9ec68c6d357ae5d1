"""Who is asking: people, programs and signed-in browsers."""

from krausen.server.people.first_run import FirstRun
from krausen.server.people.reception import Reception

__all__ = ["FirstRun", "Reception"]
