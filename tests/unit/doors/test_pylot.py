import json

import pytest

from krausen.doors.pylot import DOOR, Settings, exchange
from krausen.errors import Forbidden, Unproven
from krausen.model.people import Caller, UserRole
from krausen.testing.door import FakeSite, posted

pytestmark = pytest.mark.anyio

GROWER = Caller(id="g", login="grower", name="Grower", role=UserRole.SENDER, adapters=("greenhouse",))
ROW = {
    "adapter": "greenhouse",
    "node": "1",
    "timestamp": "2026-05-01T12:00:00",
    "data": {"220": 18.5, "3": 1},
}


async def test_rows_are_passed_on_as_they_are_in_the_name_of_who_sends_them() -> None:
    site, body = FakeSite(0), json.dumps([ROW]).encode()
    answer = await exchange(Settings(), posted("/api/measurements", body, caller=GROWER), site)
    assert (answer.status, answer.media_type) == (200, "application/json")
    assert json.loads(answer.body) == {"rows": 1, "readings": 2}
    assert site.rows == [(body, GROWER)]


async def test_nobody_sends_without_a_name() -> None:
    site = FakeSite(0)
    with pytest.raises(Unproven, match="login and password"):
        await exchange(Settings(), posted("/api/measurements", b"[]"), site)
    assert site.rows == []


async def test_what_the_site_refuses_is_refused() -> None:
    site = FakeSite(0)
    site.failure = Forbidden("Not yours.")
    with pytest.raises(Forbidden):
        await exchange(Settings(), posted("/api/measurements", b"[]", caller=GROWER), site)


def test_it_is_the_one_that_is_open_at_first() -> None:
    assert DOOR.open_at_first
    assert DOOR.paths is not None
    assert list(DOOR.paths.paths(Settings())) == ["/api/measurements"]
