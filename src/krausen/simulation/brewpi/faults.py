"""What can be wrong with a controller and its line, on request and by chance that is handed in."""

from collections.abc import Collection, Mapping
from random import Random

FAULTS: Mapping[str, str] = {
    "garbage": "one line in ten has stray bytes in it",
    "cut": "one line in ten loses its end",
    "silence": "now and then nothing is said for 5 to 30 s",
    "late": "one answer in five is 0.5 to 8 s late",
    "probe": "the beer probe is lost about every ten minutes of the board's time, for 20 to 120 s of it",
    "reboot": "the board starts anew about every ten minutes of its own time",
}
"""All of them, by name."""

SPOILT = 0.1
LATE = 0.2
LATEST_S = (0.5, 8.0)
SILENT = 0.02
SILENCE_S = (5.0, 30.0)
REBOOT_PER_S = 1 / 600
LOST_PER_S = 1 / 600
LOST_S = (20, 120)
MOST_NOISE = 40


class Faults:
    """Spoils what a board says. Instants are seconds of whoever listens, and never go back."""

    def __init__(self, names: Collection[str], chance: Random) -> None:
        self._names = frozenset(names)
        self._chance = chance
        self._due_s = 0.0
        self._silent_until_s = 0.0
        self._lost_s = 0

    def sent(self, said: bytes, at_s: float) -> tuple[float, bytes]:
        """Give when, and what of it, arrives of what was said at an instant; nothing overtakes."""
        if self._strikes("silence", SILENT):
            self._silent_until_s = at_s + self._chance.uniform(*SILENCE_S)
        if at_s < self._silent_until_s:
            return max(at_s, self._due_s), b""
        late_s = self._chance.uniform(*LATEST_S) if self._strikes("late", LATE) else 0.0
        self._due_s = max(self._due_s, at_s + late_s)
        return self._due_s, b"".join(map(self._spoilt, said.splitlines(keepends=True)))

    def reboots(self) -> bool:
        """Tell, once a second, whether the board starts anew now."""
        return self._strikes("reboot", REBOOT_PER_S)

    def loses_probe(self) -> bool:
        """Tell, once a second, whether the beer probe gives nothing now."""
        if self._lost_s:
            self._lost_s -= 1
        elif self._strikes("probe", LOST_PER_S):
            self._lost_s = self._chance.randint(*LOST_S)
        return self._lost_s > 0

    def _spoilt(self, text: bytes) -> bytes:
        if self._strikes("garbage", SPOILT):
            at = self._chance.randrange(len(text))
            covered = self._chance.randrange(2) * self._chance.randrange(len(text))
            text = text[:at] + self._noise() + text[at + covered :]
        if self._strikes("cut", SPOILT):
            text = text[: self._chance.randrange(len(text))]
        return text

    def _noise(self) -> bytes:
        return self._chance.randbytes(self._chance.randint(1, MOST_NOISE))

    def _strikes(self, name: str, probability: float) -> bool:
        return name in self._names and self._chance.random() < probability
