"""Every text form of profiles keeps the contract of its family. A new file is tested by being there."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.model.profile import Profile, Run, faults
from krausen.plugins import discover
from krausen.profiles import forms
from krausen.profiles.course import curve, timeline
from krausen.profiles.form import Locale, Outline, ProfileForm, Unit
from krausen.server.web.profile_texts import locale_of
from tests.unit.profiles.drawing import runs

FORMS = discover(forms, "FORM", ProfileForm)
SECOND_MS = 1000
every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["C", "F"])


def locale(unit: Unit = "C") -> Locale:
    """Give the locale of a site in Denmark, as the calls make it."""
    return locale_of(ZoneInfo("Europe/Copenhagen"), unit)


@every_form
@given(runs(), UNITS)
def test_what_it_writes_it_reads_as_the_same_course(form: ProfileForm, drawn: Run, unit: Unit) -> None:
    text = form.write(drawn, locale(unit))
    outline = form.read(text, locale(unit))
    read = Run(profile=Profile(id="p", name="Ale", steps=outline.steps), start=outline.start or drawn.start)
    assert faults(read.profile) == []
    last = timeline(drawn).starts[-1]
    course, again = timeline(drawn), timeline(read)
    for t, _ in curve(course, drawn.start, last):
        near = [course.at(at) for at in (t - SECOND_MS, t - 1, t, t + 1, t + SECOND_MS)]
        assert min(near) - 0.01 <= again.at(t) <= max(near) + 0.01


@every_form
@given(runs())
def test_it_knows_its_own_and_nothing_of_the_others(form: ProfileForm, drawn: Run) -> None:
    text = form.write(drawn, locale())
    assert [name for name, other in FORMS.items() if other.recognises(text)] == [form.name]


@every_form
@given(st.text(max_size=200) | st.text("date,temperature\n0123456789.-:T=| CFhdms", max_size=200))
def test_whatever_a_text_holds_it_is_a_profile_or_told_line_by_line(form: ProfileForm, text: str) -> None:
    form.recognises(text)
    outcome = read(form, text)
    if isinstance(outcome, Invalid):
        assert {fault.where.partition(":")[0] for fault in outcome.faults} == {"line"}
    else:
        assert outcome.steps


def read(form: ProfileForm, text: str) -> Outline | Invalid:
    """Give what a text says, or why it is none."""
    try:
        return form.read(text, locale())
    except Invalid as failure:
        return failure
