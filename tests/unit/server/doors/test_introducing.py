"""What guests call their things becomes titles and kinds of nodes, as far as people gave them none."""

import pytest

from krausen.ports.catalog import Adapter, Node
from krausen.ports.door import Introduction, Measured
from krausen.server.doors.asking import Desk
from krausen.server.doors.storing import DoorSite, Shelf, Visit
from krausen.testing.clock import HandClock
from tests.unit.server.doors.hall import LINE, Hall, entry

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
ALE = Introduction(node="one", title="Ale", kind="brewpi")


def site_of(hall: Hall) -> DoorSite:
    return DoorSite(Shelf("line", hall.storage), Desk(LINE, hall.backing), Visit(took=lambda *_: None))


async def reporting(hall: Hall, *nodes: str) -> DoorSite:
    site = site_of(hall)
    await site.store([Measured(node=node, metric="v", value=1.0) for node in nodes])
    return site


async def test_a_node_is_shown_with_the_title_that_its_sender_gives_it() -> None:
    hall = Hall(HandClock(NOW))
    site = await reporting(hall, "one", "two")
    await site.introduce([ALE])
    assert await hall.adapters.nodes("line") == [
        Node(name="one", title="Ale", kind="brewpi", agreed=False),
        Node(name="two", agreed=False),
    ]


async def test_it_is_written_down_once_and_in_the_name_of_the_door() -> None:
    hall = Hall(HandClock(NOW))
    site = await reporting(hall, "one")
    for _ in range(3):
        await site.introduce([ALE])
    entries = await hall.catalog.journal(limit=10)
    assert [(one.by, one.what, one.id) for one in entries] == [("door line", "adapter", "line")]


async def test_what_people_called_it_stays() -> None:
    hall = Hall(HandClock(NOW))
    site = await reporting(hall, "one")
    kept = Adapter(name="line", title="Lines", nodes=(Node(name="one", title="My ale"), Node(name="other")))
    await hall.catalog.keep_adapter(kept, entry("line"))
    await site.introduce([ALE])
    assert await hall.adapters.nodes("line") == [
        Node(name="one", title="My ale", kind="brewpi"),
        Node(name="other"),
    ]
    assert (await hall.adapters.one("line")).title == "Lines"


async def test_nobody_is_made_up_and_no_title_is_one_that_cannot_be() -> None:
    hall = Hall(HandClock(NOW))
    await site_of(hall).introduce([ALE])
    site = await reporting(hall, "two")
    await site.introduce([ALE, Introduction(node="two", title="x" * 129, kind="\n")])
    assert await hall.adapters.nodes("line") == [Node(name="two", agreed=False)]
