from msgspec.structs import replace

from krausen.alarms.approach import HOUR_MS, Approach, Goal
from krausen.alarms.rule import ALL_WELL, AgentWindow, DeviceWindow, Verdict, VesselWindow
from krausen.alarms.rules import agent_away, not_reached_in_time, out_of_band, silent_series
from krausen.model.alarm import Priority
from krausen.model.setpoint import Mode
from krausen.model.vessel import Role

NOW = 100 * HOUR_MS
MINUTE_MS = 60_000
CRASH = Goal(0, 0, 4.0, 4.0)
THERE = Approach(CRASH, from_c=18.0, reached_at=30 * HOUR_MS)
FASS = VesselWindow(
    now=NOW, name="Fass", mode=Mode.BEER, wanted_c=4.0, measured_c=4.0, approach=Approach(CRASH, from_c=18.0)
)
PROBE = DeviceWindow(
    now=NOW,
    name="probe-1",
    heard_at=NOW - 5 * MINUTE_MS,
    usable_at=NOW - 5 * MINUTE_MS,
    vessel="Fass",
    roles=(Role.BEER,),
    is_held=True,
    stand_in=Role.CHAMBER,
)


def said(verdict: Verdict | None) -> str:
    """Give all that a verdict says, with plain blanks."""
    assert verdict is not None
    assert verdict.excess > 0
    return " | ".join((verdict.title, verdict.detail, verdict.do)).replace("\u00a0", " ")


def strays(window: VesselWindow) -> Verdict | None:
    return out_of_band.judge(out_of_band.Settings(), window)


def lags(window: VesselWindow) -> Verdict | None:
    return not_reached_in_time.judge(not_reached_in_time.Settings(), window)


def silent(window: DeviceWindow) -> Verdict | None:
    return silent_series.judge(silent_series.Settings(), window)


def heard(window: DeviceWindow, minutes: float) -> DeviceWindow:
    """Give a window on a device that was heard so many minutes ago."""
    at = NOW - round(minutes * MINUTE_MS)
    return replace(window, heard_at=at, usable_at=at)


def away(window: AgentWindow) -> Verdict | None:
    return agent_away.judge(agent_away.Settings(), window)


def test_a_vessel_that_leaves_its_setpoint_is_told_with_its_side_and_what_to_look_at() -> None:
    warm = strays(replace(FASS, approach=THERE, measured_c=5.7))
    assert said(warm) == (
        "Fass is 1.7 °C above its setpoint | It had reached it. Now the beer has 5.7 °C, and 4.0 °C is "
        "wanted. | See that the cooler has power and runs, that the door is closed, and that the probe is "
        "in its place."
    )
    cold = said(strays(replace(FASS, approach=THERE, measured_c=2.5, mode=Mode.CHAMBER)))
    assert "1.5 °C below" in cold
    assert "the air has 2.5 °C" in cold
    assert "heater has power" in cold
    assert "It has no heater" in said(strays(replace(FASS, approach=THERE, measured_c=2.5, can_heat=False)))


def test_soon_after_it_was_reached_a_vessel_may_swing_but_not_far() -> None:
    soon = replace(FASS, approach=Approach(CRASH, from_c=18.0, reached_at=NOW - HOUR_MS))
    swinging = strays(replace(soon, measured_c=5.7))
    assert swinging is not None
    assert swinging.excess <= 0
    assert "3.5 °C above" in said(strays(replace(soon, measured_c=7.5)))


def test_far_off_is_urgent() -> None:
    near, far = (strays(replace(FASS, approach=THERE, measured_c=4.0 + off)) for off in (1.5, 3.0))
    assert near is not None
    assert far is not None
    assert (near.priority, far.priority) == (None, Priority.CRITICAL)


def test_a_vessel_strays_only_from_where_it_has_been() -> None:
    assert strays(replace(FASS, measured_c=18.0)) == ALL_WELL
    assert strays(replace(FASS, approach=THERE, measured_c=None)) is None
    within = strays(replace(FASS, approach=THERE, measured_c=4.9))
    assert within is not None
    assert within.excess < 0


def test_a_change_may_take_as_long_as_its_size_asks_for() -> None:
    settings = not_reached_in_time.Settings(hours_per_c=2.0, least_h=6.0)
    due = not_reached_in_time.due_at
    assert due(settings, Approach(CRASH, from_c=18.0)) == 28 * HOUR_MS
    assert due(settings, Approach(CRASH, from_c=5.0)) == 6 * HOUR_MS
    assert due(settings, Approach(CRASH)) == 6 * HOUR_MS
    slow = Goal(0, 96 * HOUR_MS, 14.0, 2.0)
    assert due(settings, Approach(slow, from_c=14.0)) == (96 + 6) * HOUR_MS


def test_what_is_not_reached_in_its_time_is_told_once_that_is_over() -> None:
    assert lags(replace(FASS, now=34 * HOUR_MS, measured_c=12.0)) == ALL_WELL
    late = lags(replace(FASS, now=36 * HOUR_MS, measured_c=12.0))
    assert late is not None
    assert late.since == 35 * HOUR_MS
    assert said(late) == (
        "Fass has not reached 4.0 °C in 1 d 12 h | It began at 18.0 °C. The beer has 12.0 °C now. | See that "
        "the cooler has power and runs. If it does all it can, request a temperature that it can reach, or "
        "give this vessel more time."
    )
    assert lags(replace(FASS, approach=THERE, measured_c=12.0)) == ALL_WELL
    assert lags(replace(FASS, measured_c=None)) is None
    assert "It has no cooler" in said(lags(replace(FASS, measured_c=12.0, can_cool=False)))


def test_a_probe_that_holds_a_vessel_is_missed_after_ten_minutes() -> None:
    assert silent(PROBE) == Verdict(excess=-300.0)
    assert said(silent(replace(heard(PROBE, 12), every_s=60.0))) == (
        "Fass: beer probe silent for 12 min | It reports at least every 1 min as a rule. Control is built to "
        "go by the chamber probe meanwhile. | Look at the cable, the power and the address of probe-1."
    )
    verdict = silent(heard(PROBE, 12))
    assert verdict is not None
    assert (verdict.priority, verdict.since) == (None, NOW - 12 * MINUTE_MS)


def test_a_hydrometer_may_sleep_and_is_no_more_than_a_notice() -> None:
    float_ = replace(PROBE, roles=(Role.GRAVITY,), stand_in=None, every_s=900.0)
    sleeping = silent(heard(float_, 100))
    assert sleeping is not None
    assert sleeping.excess < 0
    gone = silent(heard(float_, 121))
    assert "Fass: hydrometer silent for 2 h 1 min" in said(gone)
    assert "charged battery" in said(gone)
    assert gone is not None
    assert gone.priority is Priority.NOTICE
    seldom = silent(heard(replace(float_, every_s=3600.0), 121))
    assert seldom is not None
    assert seldom.excess < 0


def test_what_holds_nothing_is_taken_for_put_away_in_the_end_and_what_does_never() -> None:
    days = 4 * 24 * 60
    assert silent(replace(heard(PROBE, days), vessel="", roles=(), is_held=False)) == ALL_WELL
    assert silent(replace(heard(PROBE, days), is_held=False)) == ALL_WELL
    assert "beer probe silent for 4 d" in said(silent(replace(heard(PROBE, days), listening_since=0)))


def test_a_device_without_a_role_is_told_by_its_own_name() -> None:
    spare = replace(heard(PROBE, 130), vessel="", roles=(), is_held=False, stand_in=None)
    assert "probe-1 silent for 2 h 10 min" in said(silent(spare))


def test_one_that_speaks_nonsense_is_silent_and_it_is_told_why() -> None:
    assert "It still speaks, but what it says cannot be true." in said(
        silent(replace(heard(PROBE, 12), heard_at=NOW))
    )


def test_who_has_not_listened_for_long_enough_cannot_tell() -> None:
    assert silent(replace(heard(PROBE, 60), listening_since=NOW - 9 * MINUTE_MS)) is None
    assert silent(replace(heard(PROBE, 60), listening_since=NOW - 11 * MINUTE_MS)) is not None
    assert silent(replace(PROBE, heard_at=None, usable_at=None)) == ALL_WELL


def test_an_agent_that_is_away_is_told_with_what_it_holds() -> None:
    pi = AgentWindow(now=NOW, name="cellar", away_since=NOW - 11 * MINUTE_MS, vessels=("Fass", "Keg"))
    assert said(away(pi)) == (
        "Agent cellar away for 11 min | Nothing new is known of Fass and Keg. Agents are built to go on "
        "controlling by themselves. | See that its computer has power and reaches this server."
    )
    assert away(replace(pi, away_since=None)) == ALL_WELL
    assert away(replace(pi, vessels=())) == ALL_WELL
    assert away(replace(pi, away_since=NOW - 9 * MINUTE_MS)) == Verdict(excess=-60.0)
    assert away(replace(pi, listening_since=NOW - 5 * MINUTE_MS)) is None
