"""A place for agents that only remembers who is there."""

from krausen.errors import OperatorNeeded


class MemoryHosting:
    """Has the tokens of its agents in `tokens`; with `fault` it takes nobody in and lets nobody go."""

    def __init__(self, *, runs: bool = True) -> None:
        self.runs = runs
        self.tokens: dict[str, str] = {}
        self.fault = ""

    def hosts(self, agent: str) -> bool:
        """Tell whether an agent is settled here."""
        return agent in self.tokens

    async def settle(self, agent: str, token: str) -> None:
        """Have an agent here."""
        self._check()
        self.tokens[agent] = token

    async def evict(self, agent: str) -> None:
        """Have it here no more."""
        self._check()
        self.tokens.pop(agent, None)

    def _check(self) -> None:
        if self.fault:
            raise OperatorNeeded(self.fault)
