import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.server.ids import ids_for

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@given(st.text(max_size=200))
def test_every_name_gives_many_ids_that_all_differ(name: str) -> None:
    ids = list(ids_for(name, "vessel"))
    assert len(set(ids)) == len(ids) > 100
    assert all(ID.fullmatch(id) for id in ids)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Fermenter 1", ["fermenter-1", "fermenter-1-2", "fermenter-1-3"]),
        ("  Gærspand ØST  ", ["gaerspand-ost", "gaerspand-ost-2", "gaerspand-ost-3"]),
        ("Straße", ["strasse", "strasse-2", "strasse-3"]),
        ("…", ["vessel", "vessel-2", "vessel-3"]),
    ],
)
def test_ids_can_be_read(name: str, first: list[str]) -> None:
    assert list(islice(ids_for(name, "vessel"), 3)) == first
