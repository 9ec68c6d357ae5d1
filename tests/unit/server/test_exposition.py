"""The text that Prometheus reads."""

import re
from math import isnan

from hypothesis import given
from hypothesis import strategies as st

from krausen.server.exposition import Family, Sample, exposition

SAMPLE = re.compile(r"(?P<name>[a-z_]+)(?:{(?P<labels>.*)})? (?P<value>\S+)")
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\.)*)"(?:,|$)')
ESCAPED = {"\\\\": "\\", "\\n": "\n", '\\"': '"'}


def plain(text: str) -> str:
    """Undo what the format does to a text."""
    return re.sub(r"\\.", lambda found: ESCAPED[found[0]], text)


def test_families_are_written_with_what_they_are() -> None:
    family = Family("krausen_agents", "gauge", "Agents.", [Sample(2, {"state": "current"}), Sample(0.5)])
    assert exposition([family, Family("krausen_none", "counter", "None.", [])]) == (
        "# HELP krausen_agents Agents.\n"
        "# TYPE krausen_agents gauge\n"
        'krausen_agents{state="current"} 2\n'
        "krausen_agents 0.5\n"
    )


@given(st.dictionaries(st.sampled_from(["agent", "file"]), st.text()), st.floats())
def test_what_is_written_can_be_read_back(labels: dict[str, str], value: float) -> None:
    text = exposition([Family("krausen_x", "gauge", "X.", [Sample(value, labels)])])
    help_line, type_line, line, rest = text.split("\n")
    assert (help_line, type_line, rest) == ("# HELP krausen_x X.", "# TYPE krausen_x gauge", "")
    found = SAMPLE.fullmatch(line)
    assert found is not None
    assert {name: plain(said) for name, said in LABEL.findall(found["labels"] or "")} == labels
    read = float(found["value"])
    assert read == value or (isnan(read) and isnan(value))


@given(st.text())
def test_whatever_it_is_about_stays_on_its_line(about: str) -> None:
    first, *rest = exposition([Family("krausen_x", "counter", about, [Sample(1)])]).split("\n")
    assert plain(first.removeprefix("# HELP krausen_x ")) == about
    assert rest == ["# TYPE krausen_x counter", "krausen_x 1", ""]
