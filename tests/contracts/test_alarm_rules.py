"""Every rule of alarms keeps its contract. A new file is tested by being there."""

from copy import deepcopy
from math import isnan
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct
from msgspec.structs import replace

from krausen.alarms import rules
from krausen.alarms.approach import Approach, Goal
from krausen.alarms.rule import (
    ALL_WELL,
    AgentWindow,
    DeviceWindow,
    Rule,
    Scope,
    Verdict,
    VesselWindow,
    Window,
    worst,
)
from krausen.model.setpoint import Mode
from krausen.model.vessel import Role
from krausen.plugins import discover

FOUND = discover(rules, "RULE", Rule)
every_rule = pytest.mark.parametrize("rule", FOUND.values(), ids=FOUND.keys())
of_vessels = [rule for rule in FOUND.values() if rule.scope is Scope.VESSEL]
NOW = 1_790_000_000_000
DAY_MS = 86_400_000

instants = st.integers(NOW - 400 * DAY_MS, NOW)
celsius = st.floats(-50.0, 130.0)
names = st.sampled_from(["Fass", "Conical 1", "Märzen"])
goals = st.builds(
    lambda begins, hours, from_c, to_c: Goal(begins, begins + round(hours * 3_600_000), from_c, to_c),
    instants,
    st.sampled_from([0.0, 1.0, 96.0]),
    celsius,
    celsius,
)
approaches = st.builds(Approach, goals, st.none() | celsius, st.none() | instants)
roles = st.lists(st.sampled_from(Role), unique=True, max_size=3).map(tuple)
WINDOWS: dict[Scope, st.SearchStrategy[Any]] = {
    Scope.VESSEL: st.builds(
        VesselWindow,
        now=st.just(NOW),
        name=names,
        mode=st.sampled_from(Mode),
        wanted_c=st.none() | celsius,
        measured_c=st.none() | celsius,
        approach=st.none() | approaches,
        can_heat=st.booleans(),
        can_cool=st.booleans(),
    ),
    Scope.DEVICE: st.builds(
        DeviceWindow,
        now=st.just(NOW),
        name=names,
        heard_at=st.none() | instants,
        usable_at=st.none() | instants,
        every_s=st.none() | st.floats(1.0, 1e5),
        late_s=st.sampled_from([0.0, 5.0, 5000.0]),
        listening_since=instants,
        vessel=names | st.just(""),
        roles=roles,
        is_held=st.booleans(),
        stand_in=st.none() | st.sampled_from([Role.BEER, Role.CHAMBER]),
    ),
    Scope.AGENT: st.builds(
        AgentWindow,
        now=st.just(NOW),
        name=names,
        away_since=st.none() | instants,
        listening_since=instants,
        late_s=st.sampled_from([0.0, 5.0, 5000.0]),
        vessels=st.lists(names, max_size=5).map(tuple),
    ),
}


def settings_of(rule: Rule) -> st.SearchStrategy[Struct]:
    """Settings that a person may choose: numbers within their bounds, or left at their defaults."""
    numbers = {
        field.name: st.floats(meta.ge, meta.le) | st.just(field.default)
        for field in msgspec.structs.fields(rule.settings)
        for meta in getattr(field.type, "__metadata__", ())
        if isinstance(meta, Meta) and meta.ge is not None and meta.le is not None
    }
    return st.fixed_dictionaries({}, optional=numbers).map(lambda chosen: rule.settings(**chosen))


@every_rule
@given(drawn=st.data())
def test_what_is_beyond_its_limit_is_told_in_words(rule: Rule, drawn: st.DataObject) -> None:
    window: Window = drawn.draw(WINDOWS[rule.scope])
    verdict = rule.judge(drawn.draw(settings_of(rule)), window)
    if verdict is None:
        return
    assert not isnan(verdict.excess)
    if verdict.excess > 0:
        assert verdict.title == verdict.title.strip() != ""
        assert not verdict.title.endswith(".")
        assert "!" not in verdict.title + verdict.detail + verdict.do
        assert all(text == "" or text.endswith(".") for text in (verdict.detail, verdict.do))
        assert verdict.do
        assert verdict.since is None or verdict.since <= window.now


@every_rule
@given(drawn=st.data())
def test_a_judgement_depends_on_its_arguments_alone_and_changes_none_of_them(
    rule: Rule, drawn: st.DataObject
) -> None:
    settings, window = drawn.draw(settings_of(rule)), drawn.draw(WINDOWS[rule.scope])
    before = deepcopy((settings, window))
    first = rule.judge(settings, window)
    rule.judge(rule.settings(), drawn.draw(WINDOWS[rule.scope]))
    assert (settings, window) == before
    assert rule.judge(*before) == first


@every_rule
def test_its_timing_can_be_kept(rule: Rule) -> None:
    assert rule.settings() == rule.settings()
    assert min(rule.timing.on_delay_s, rule.timing.off_delay_s, rule.timing.deadband) >= 0.0


@pytest.mark.parametrize("rule", of_vessels, ids=[rule.name for rule in of_vessels])
@given(drawn=st.data())
def test_nothing_is_said_of_a_vessel_in_which_nothing_is_held(rule: Rule, drawn: st.DataObject) -> None:
    window: VesselWindow = drawn.draw(WINDOWS[Scope.VESSEL])
    off = replace(window, mode=Mode.OFF, wanted_c=None, approach=None)
    assert rule.judge(drawn.draw(settings_of(rule)), off) == ALL_WELL


verdicts = st.none() | st.builds(Verdict, excess=st.floats(allow_nan=False))


@given(st.lists(verdicts, max_size=5))
def test_the_worst_of_the_parts_speaks_for_the_whole(parts: list[Verdict | None]) -> None:
    told = [one.excess for one in parts if one is not None]
    whole = worst(parts)
    if any(excess > 0 for excess in told):
        assert whole is not None
        assert whole.excess == max(told)
    elif None in parts:
        assert whole is None
    else:
        assert whole is not None
        assert whole.excess == max(told, default=ALL_WELL.excess)
