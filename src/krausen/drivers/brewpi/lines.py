"""What a conversation with a controller needs of a wire, and nothing more."""

from typing import Protocol


class Ear(Protocol):
    """Hears what comes in."""

    def heard(self, chunk: bytes) -> None:
        """Take bytes, cut anywhere."""

    def ended(self, why: str) -> None:
        """Take it that nothing will come any more; `why` is a sentence for people."""


class Line(Protocol):
    """A wire to a controller."""

    def say(self, said: bytes) -> None:
        """Send, or keep until it can be sent; what cannot be sent any more is lost."""

    def close(self) -> None:
        """Let go of it at once. The ear hears nothing from then on."""
