"""What agents had to give up."""

from collections import Counter

from msgspec import Struct


class _Run(Struct, frozen=True):
    name: str
    count: int


class Losses:
    """Counts lost readings by agent, from counts that each run of an agent begins anew and may tell again."""

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}
        self._lost: Counter[str] = Counter()

    def told(self, agent: str, run: str, count: int) -> int:
        """Take how many a run has lost in all; give how many of them were not known yet."""
        before = self._runs.get(agent)
        known = before.count if before is not None and before.name == run else 0
        news = max(0, count - known)
        if news:
            self._runs[agent] = _Run(run, count)
            self._lost[agent] += news
        return news

    def of(self, agent: str) -> int:
        """Give how many an agent has lost."""
        return self._lost[agent]

    def forget(self, agent: str) -> None:
        """Forget an agent; harmless when nothing was lost."""
        self._runs.pop(agent, None)
        self._lost.pop(agent, None)
