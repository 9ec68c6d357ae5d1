"""Lets through so many alarms of a rule in a minute, and counts the rest in one."""

from collections import defaultdict, deque

MOST = 10
"""Alarms that a rule may raise in a minute."""
WITHIN_MS = 60_000


class Flood:
    """Tells of each rule how many alarms it has raised of late, by instants, UTC ms."""

    def __init__(self) -> None:
        self._raised: defaultdict[str, deque[int]] = defaultdict(deque)

    def lets(self, rule: str, now: int) -> bool:
        """Tell whether a rule may raise one more now, and count it if so."""
        raised = self._raised[rule]
        while raised and not now - WITHIN_MS < raised[0] <= now:
            raised.popleft()
        if len(raised) >= MOST:
            return False
        raised.append(now)
        return True
