"""The wish for a vessel, and what became of it."""

from enum import StrEnum

from msgspec import Struct

from krausen.model.profile import Run


class Mode(StrEnum):
    """What is held: nothing, the chamber, the beer, or the beer along a profile."""

    OFF = "off"
    CHAMBER = "chamber"
    BEER = "beer"
    PROFILE = "profile"


class Setpoint(Struct, frozen=True, kw_only=True):
    """A wish with its author and reason. `value` in °C for chamber and beer; `at` in UTC milliseconds.

    In the mode profile, `profile` is the id of what is followed, and `run` how: a copy that stays as it is
    until the next wish, whatever becomes of the profile.
    """

    revision: int
    mode: Mode
    value: float | None = None
    profile: str | None = None
    run: Run | None = None
    reason: str = ""
    by: str = ""
    at: int = 0


class AnswerState(StrEnum):
    """What the agent said to a wish."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Answer(Struct, frozen=True, kw_only=True):
    """The wish an agent holds, and where the latest one stands.

    While `state` is waiting or rejected, `setpoint` is still the former wish, which stays in force.
    """

    setpoint: Setpoint
    state: AnswerState
    detail: str = ""
    at: int = 0
