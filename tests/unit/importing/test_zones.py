import pytest

from krausen.errors import Invalid
from krausen.importing.zones import is_zone, zone_named


@pytest.mark.parametrize("name", ["Europe/Copenhagen", "UTC", "America/Argentina/Buenos_Aires", "CET"])
def test_a_zone_of_the_database_is_found(name: str) -> None:
    assert zone_named(name).key == name


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("europe/copenhagen", "Europe/Copenhagen"),
        ("Europe/Kopenhagen", "Europe/Copenhagen"),
        ("Copenhagen", "Europe/Copenhagen"),
        ("Berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("Europe/Amsterdan", "Europe/Amsterdam"),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_what_was_meant(name: str, meant: str) -> None:
    with pytest.raises(Invalid, match=f"no time zone {name!r}. Did you mean .*{meant}"):
        zone_named(name)


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../UTC", "Europe", "\0", "x" * 5000, "\ud800"])
def test_what_is_no_zone_is_refused_with_its_field(name: str) -> None:
    with pytest.raises(Invalid, match="no time zone") as caught:
        zone_named(name)
    assert [fault.where for fault in caught.value.faults] == ["query:timezone"]


def test_what_is_like_no_zone_is_answered_with_an_example() -> None:
    with pytest.raises(Invalid, match="Write it like Europe/Copenhagen"):
        zone_named("42")


def test_only_names_of_the_database_are_zones() -> None:
    assert is_zone("Europe/Copenhagen")
    assert not is_zone("Europe/Kopenhagen")
