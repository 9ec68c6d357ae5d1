from typing import Any

import pytest

from krausen.model.journal import EVERY, JournalEntry, Which

ENTRY = JournalEntry(at=10, by="Ada", what="vessel", id="v", action="setpoint")


@pytest.mark.parametrize(
    ("which", "takes"),
    [
        ({}, True),
        ({"by": ("Ben", "Ada")}, True),
        ({"by": ("Ben",)}, False),
        ({"what": "vessel", "id": "v"}, True),
        ({"what": "batch"}, False),
        ({"id": "w"}, False),
        ({"start": 10, "end": 11}, True),
        ({"start": 11}, False),
        ({"end": 10}, False),
    ],
)
def test_an_entry_is_asked_for_by_who_what_and_when(which: dict[str, Any], *, takes: bool) -> None:
    assert Which(**which).takes(ENTRY) is takes
    assert EVERY.takes(ENTRY)
