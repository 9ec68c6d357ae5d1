"""Where the agents of controllers run by themselves."""

from typing import Protocol


class Hosting(Protocol):
    """Runs agents on the machine of the server."""

    @property
    def runs(self) -> bool:
        """Whether an agent that is settled here starts by itself; else a person has to start it."""

    def hosts(self, agent: str) -> bool:
        """Tell whether an agent is settled here."""

    async def settle(self, agent: str, token: str) -> None:
        """Have an agent here from now on, with the text of its token. Raises OperatorNeeded."""

    async def evict(self, agent: str) -> None:
        """Have it here no more; harmless when it never was. Raises OperatorNeeded."""
