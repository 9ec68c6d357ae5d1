import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.server.doors.addresses import Addresses, overlap

PARTS = st.sampled_from(["", "a", "b", "{x}", "{y}"])
PATHS = st.lists(PARTS, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))


def instances(pattern: str) -> set[str]:
    """Give some paths that a pattern leads to."""
    return {pattern.replace("{x}", one).replace("{y}", other) for one in "abc" for other in "abc"}


@given(one=PATHS, other=PATHS)
def test_patterns_overlap_when_a_path_is_led_to_by_both(one: str, other: str) -> None:
    assert overlap(one, other) == overlap(other, one)
    met = any(overlap(path, other) for path in instances(one))
    assert overlap(one, other) == (met or bool(instances(one) & instances(other)))


@pytest.mark.parametrize(
    ("pattern", "path", "meets"),
    [
        ("/profile/{id}", "/profile/7", True),
        ("/profile/{id}", "/profile/", False),
        ("/profile/{id}", "/profile", False),
        ("/profile/{id}", "/profile/7/8", False),
        ("/profile/{id}", "/profile/{other}", True),
        ("/profile", "/Profile", False),
    ],
)
def test_a_part_in_braces_is_any_one_part(pattern: str, path: str, *, meets: bool) -> None:
    assert overlap(pattern, path) is meets


def test_an_exact_path_comes_before_an_open_one() -> None:
    table = Addresses([("/p/{id}", "open"), ("/p/me", "exact")])
    assert [table.find(path) for path in ("/p/me", "/p/you", "/q")] == ["exact", "open", None]
    assert [table.clash(path) for path in ("/p/{x}", "/{x}/you", "/q/{x}")] == ["exact", "open", None]
