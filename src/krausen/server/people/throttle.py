"""How often somebody may be wrong."""

from krausen.errors import Throttled

FAILURES = 5
WINDOW_MS = 60_000


class Throttle:
    """Lets no key fail more than `FAILURES` times within `WINDOW_MS`. Times are ms of a steady clock."""

    def __init__(self) -> None:
        self._failures: dict[str, list[int]] = {}

    def take(self, keys: list[str], now: int) -> None:
        """Begin a try, which counts as failed until it is given back. Raises Throttled, counting nothing."""
        self._fade(now)
        full = [times[-FAILURES] for key in keys if len(times := self._failures.get(key, [])) >= FAILURES]
        if full:
            wait_s = -(-(max(full) + WINDOW_MS - now) // 1000)
            raise Throttled(f"Too many wrong tries to sign in. Try again in {wait_s} seconds.", wait_s)
        for key in keys:
            self._failures.setdefault(key, []).append(now)

    def give_back(self, keys: list[str], then: int) -> None:
        """Forget the try that was taken `then`, for it did not fail."""
        for key in keys:
            self._failures[key].remove(then)

    def _fade(self, now: int) -> None:
        fresh = {key: [t for t in times if t > now - WINDOW_MS] for key, times in self._failures.items()}
        self._failures = {key: times for key, times in fresh.items() if times}
