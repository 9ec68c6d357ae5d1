"""What is asked of outputs, and what they do."""

from msgspec import Struct


class Demand(Struct, frozen=True, gc=False):
    """What an algorithm asks for now: shares of full heating and cooling power, 0 to 1, and why in words."""

    heat: float = 0.0
    cool: float = 0.0
    why: tuple[str, ...] = ()


class Levels(Struct, frozen=True, gc=False):
    """The outputs of a vessel: on, off, or None where there is none or nobody knows."""

    heat: bool | None = None
    cool: bool | None = None
