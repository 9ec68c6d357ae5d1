"""What a check of an installation found."""

from enum import StrEnum

from msgspec import Struct


class State(StrEnum):
    """How something stands."""

    WELL = "well"
    WATCH = "watch"
    """Works, and will not for ever."""
    WRONG = "wrong"


class Finding(Struct, frozen=True, kw_only=True):
    """How one thing stands, in plain words, and how it is mended if there is anything to mend."""

    check: str
    state: State
    says: str
    mend: str = ""


def well(check: str, says: str) -> Finding:
    """Tell that something is as it should be."""
    return Finding(check=check, state=State.WELL, says=says)


def watch(check: str, says: str, mend: str) -> Finding:
    """Tell that something needs an eye on it."""
    return Finding(check=check, state=State.WATCH, says=says, mend=mend)


def wrong(check: str, says: str, mend: str) -> Finding:
    """Tell that something is wrong."""
    return Finding(check=check, state=State.WRONG, says=says, mend=mend)
