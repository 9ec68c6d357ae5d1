"""What a pre-flight found: the check of probes and outputs before a batch."""

from enum import StrEnum

from msgspec import Struct


class PreflightState(StrEnum):
    """How a pre-flight stands: `failed` is one that found a fault, `stopped` one that ended early."""

    NONE = "none"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_open(self) -> bool:
        """Tell whether more is to come."""
        return self in (PreflightState.WAITING, PreflightState.RUNNING)


class FindingLevel(StrEnum):
    """How bad a finding is: as it should be, to be looked at, or to be put right first."""

    GOOD = "good"
    WARNING = "warning"
    FAULT = "fault"


class Finding(Struct, frozen=True):
    """One thing that was found, in a sentence."""

    level: FindingLevel
    text: str


class PreflightReport(Struct, frozen=True, kw_only=True):
    """A pre-flight so far: what it does now in a sentence, how much of it is done (0 to 1), what it found.

    `measured` has, as far as they are known, `beer_c` and `chamber_c` (at rest, °C), `chamber_drift_c_h`, and
    for heating and cooling how fast the chamber then rises and falls (`heating_c_h`, `cooling_c_h`), how long
    after the switch that begins (`heating_delay_s`, `cooling_delay_s`), and how long it goes on after the
    output is off (`heating_goes_on_s`, `cooling_goes_on_s`).
    """

    state: PreflightState
    step: str = ""
    done: float = 0.0
    findings: tuple[Finding, ...] = ()
    measured: dict[str, float] = {}
