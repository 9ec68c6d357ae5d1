from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.server.merging import merged

LEAVES = st.booleans() | st.integers() | st.text(max_size=3)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": "foo"}, None, None),
    ],
)
def test_patches_are_merged_as_the_standard_says(target: Any, patch: Any, result: Any) -> None:
    assert merged(target, patch) == result


@given(OBJECTS, OBJECTS)
def test_merging_twice_is_merging_once_and_leaves_both_as_they_were(
    target: dict[str, Any], patch: dict[str, Any]
) -> None:
    before = repr((target, patch))
    once = merged(target, patch)
    assert merged(once, patch) == once
    assert repr((target, patch)) == before


@given(OBJECTS, OBJECTS)
def test_what_a_patch_does_not_name_stays(target: dict[str, Any], patch: dict[str, Any]) -> None:
    result = merged(target, patch)
    assert isinstance(result, dict)
    assert {name: result[name] for name in target if name not in patch} == {
        name: value for name, value in target.items() if name not in patch
    }
