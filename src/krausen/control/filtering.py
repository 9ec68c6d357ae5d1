"""First-order low-pass filters for steps that come at any interval."""

GAP_S = 900.0
"""A longer pause than this says nothing about how things moved meanwhile."""


def passed_s(at_s: float | None, now_s: float) -> float:
    """Give the seconds since `at_s`; 0 after a gap, for a clock that was set back, and at the first step."""
    passed = -1.0 if at_s is None else now_s - at_s
    return passed if 0.0 <= passed <= GAP_S else 0.0


def low_pass(smooth: float, value: float, seconds: float, lag_s: float) -> float:
    """Give the filtered value after `seconds` at `value` (backward Euler, stable for every step).

    After 0 seconds there is nothing to go by, and the value itself is the filtered one.
    """
    return smooth + seconds / (lag_s + seconds) * (value - smooth) if seconds > 0.0 else value
