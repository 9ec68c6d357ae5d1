"""What is known for a while."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Values under keys, each until its time (milliseconds of one clock); no more than the `most` latest."""

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._known: dict[str, tuple[T, int]] = {}

    def get(self, key: str, now: int) -> T | None:
        """Give what is under a key, or None."""
        value, until = self._known.get(key, (None, now))
        return value if now < until else None

    def put(self, key: str, value: T, until: int) -> None:
        """Remember a value instead of any former one."""
        self._known.pop(key, None)
        self._known[key] = value, until
        if len(self._known) > self._most:
            del self._known[next(iter(self._known))]

    def take(self, key: str, now: int) -> T | None:
        """Give what is under a key and forget it, or None."""
        value = self.get(key, now)
        self._known.pop(key, None)
        return value

    def forget(self, which: Callable[[T], bool]) -> None:
        """Forget the values for which this is true."""
        self._known = {key: known for key, known in self._known.items() if not which(known[0])}
