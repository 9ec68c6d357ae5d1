import pytest
from msgspec import json
from msgspec.structs import replace

from krausen.errors import Forbidden, Invalid, KrausenError, NotFound, Stale, StorageAway
from krausen.model.channel import Channel
from krausen.model.people import Caller, UserRole
from krausen.server.channels import BUILT_IN, MOST, Channels, Published
from tests.unit.server.desk import Desk

KITCHEN = Channel(name="kitchen", title="Kitchen", publish=UserRole.VIEWER)


def caller(role: UserRole) -> Caller:
    return Caller(id=f"u-{role}", login=role, name=role.title(), role=role)


ADMIN = caller(UserRole.ADMIN)


class House:
    """Channels at a desk."""

    def __init__(self) -> None:
        self.desk = Desk()
        self.channels = Channels(self.desk.catalog, self.desk.live, self.desk.clock)


async def test_at_first_there_are_those_built_in() -> None:
    assert await House().channels.all() == dict(BUILT_IN)
    assert list(BUILT_IN) == ["data", "alarms", "logs", "changes", "agents"]


async def test_who_declares_changes_and_removes_is_in_the_journal_and_told() -> None:
    house = House()
    listener = house.desk.hear("changes")
    assert await house.channels.declare(KITCHEN, ADMIN, "For the cook") == KITCHEN
    changed = await house.channels.change(
        "kitchen", lambda there: replace(there, title="Galley"), ADMIN, reason="It floats", seen=1
    )
    assert changed == replace(KITCHEN, title="Galley", revision=2)
    assert (await house.channels.named("kitchen")) == changed
    await house.channels.remove("kitchen", ADMIN, reason="Sunk", seen=2)
    assert "kitchen" not in await house.channels.all()
    told = [json.decode(await listener.next())["message"] for _ in range(3)]
    assert [(one["what"], one["id"], one["action"], one["revision"], one["by"]) for one in told] == [
        ("channel", "kitchen", "created", 1, "Admin"),
        ("channel", "kitchen", "updated", 2, "Admin"),
        ("channel", "kitchen", "deleted", 2, "Admin"),
    ]
    entries = [(one.action, one.reason) for one in house.desk.catalog._journal if one.what == "channel"]
    assert entries == [("created", "For the cook"), ("updated", "It floats"), ("deleted", "Sunk")]


async def test_declared_channels_outlive_the_server() -> None:
    house = House()
    await house.channels.declare(KITCHEN, ADMIN)
    again = Channels(house.desk.catalog, house.desk.live, house.desk.clock)
    assert await again.named("kitchen") == KITCHEN


async def test_declared_channels_come_by_name() -> None:
    house = House()
    for name in ("tap", "bar", "kitchen"):
        await house.channels.declare(replace(KITCHEN, name=name), ADMIN)
    assert list(await house.channels.all()) == [*BUILT_IN, "bar", "kitchen", "tap"]


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        (replace(KITCHEN, name=""), "/name"),
        (replace(KITCHEN, name="a" * 65), "/name"),
        (replace(KITCHEN, name="-a"), "/name"),
        (replace(KITCHEN, name="a b"), "/name"),
        (replace(KITCHEN, name="küche"), "/name"),
        (replace(KITCHEN, name="subscribe"), "/name"),
        (replace(KITCHEN, name="gap"), "/name"),
        (replace(KITCHEN, title="x" * 201), "/title"),
        (replace(KITCHEN, publish=UserRole.SENDER), "/publish"),
    ],
)
async def test_what_cannot_be_a_channel_is_refused_by_field(wanted: Channel, where: str) -> None:
    house = House()
    with pytest.raises(Invalid) as refused:
        await house.channels.declare(wanted, ADMIN)
    assert [fault.where for fault in refused.value.faults] == [where]
    assert await house.channels.all() == dict(BUILT_IN)


async def test_there_are_not_too_many() -> None:
    house = House()
    for n in range(MOST):
        await house.channels.declare(replace(KITCHEN, name=f"c{n}"), ADMIN)
    with pytest.raises(Invalid, match="remove one"):
        await house.channels.declare(KITCHEN, ADMIN)


async def test_a_name_is_given_once() -> None:
    house = House()
    await house.channels.declare(KITCHEN, ADMIN)
    for name in ("kitchen", "data"):
        with pytest.raises(Stale):
            await house.channels.declare(replace(KITCHEN, name=name, title="Other"), ADMIN)
    assert (await house.channels.named("kitchen")).title == "Kitchen"


@pytest.mark.parametrize("name", list(BUILT_IN))
async def test_those_built_in_stay(name: str) -> None:
    house = House()
    with pytest.raises(Stale, match="built in"):
        await house.channels.change(name, lambda there: replace(there, title="Mine"), ADMIN)
    with pytest.raises(Stale, match="built in"):
        await house.channels.remove(name, ADMIN)


async def test_what_is_not_there_or_has_changed_is_refused() -> None:
    house = House()
    with pytest.raises(NotFound, match="There are data, alarms"):
        await house.channels.change("kitchen", lambda there: there, ADMIN)
    with pytest.raises(NotFound):
        await house.channels.remove("kitchen", ADMIN)
    await house.channels.declare(KITCHEN, ADMIN)
    with pytest.raises(Stale):
        await house.channels.change("kitchen", lambda there: there, ADMIN, seen=7)
    with pytest.raises(Stale):
        await house.channels.remove("kitchen", ADMIN, seen=7)


async def test_a_long_list_of_channels_is_not_repeated_to_who_mistypes() -> None:
    house = House()
    for n in range(10):
        await house.channels.declare(Channel(name=f"tap{n}", title="", publish=UserRole.VIEWER), ADMIN)
    with pytest.raises(NotFound) as refused:
        await house.channels.named("x" * 1000)
    assert str(refused.value).endswith("tap0, tap1, tap2, tap3, tap4, tap5, tap6 and 3 more.")
    assert "x" * 65 not in str(refused.value)


async def test_a_removed_channel_is_heard_no_more_even_when_it_comes_back() -> None:
    house = House()
    await house.channels.declare(KITCHEN, ADMIN)
    listener = house.desk.hear("kitchen")
    await house.channels.remove("kitchen", ADMIN)
    with pytest.raises(NotFound):
        await house.channels.publish("kitchen", 1, ADMIN)
    await house.channels.declare(KITCHEN, ADMIN)
    await house.channels.publish("kitchen", 2, ADMIN)
    listener.put('"nothing"')
    assert await listener.next() == '"nothing"'


MAY = {
    "data": {UserRole.BREWER, UserRole.ADMIN},
    "alarms": {UserRole.BREWER, UserRole.ADMIN},
    "logs": {UserRole.BREWER, UserRole.ADMIN},
    "changes": {UserRole.ADMIN},
    "agents": {UserRole.ADMIN},
    "for-viewer": {UserRole.VIEWER, UserRole.BREWER, UserRole.ADMIN},
    "for-brewer": {UserRole.BREWER, UserRole.ADMIN},
    "for-admin": {UserRole.ADMIN},
}


@pytest.mark.parametrize("name", MAY)
@pytest.mark.parametrize("role", list(UserRole))
async def test_who_may_publish_where(name: str, role: UserRole) -> None:
    house = House()
    for publisher in (UserRole.VIEWER, UserRole.BREWER, UserRole.ADMIN):
        await house.channels.declare(Channel(name=f"for-{publisher}", publish=publisher), ADMIN)
    listener = house.desk.hear(name)
    if role in MAY[name]:
        published = await house.channels.publish(name, {"any": "thing"}, caller(role))
        heard = json.decode(await listener.next())
        assert published == Published(channel=name, seq=heard["seq"], at=house.desk.clock.now())
        assert (heard["message"], heard["by"], heard["published"]) == ({"any": "thing"}, role.title(), True)
    else:
        with pytest.raises(Forbidden, match="may publish to"):
            await house.channels.publish(name, {"any": "thing"}, caller(role))
        assert house.desk.live.said(name) == (3 if name == "changes" else 0)


async def test_what_cannot_be_stored_is_neither_known_nor_told() -> None:
    house = House()
    await house.channels.all()
    house.desk.catalog.away = "The disk is full."
    with pytest.raises(StorageAway):
        await house.channels.declare(KITCHEN, ADMIN)
    house.desk.catalog.away = ""
    assert "kitchen" not in await house.channels.all()
    assert house.desk.live.said("changes") == 0


async def test_channels_that_cannot_be_read_are_asked_for_again() -> None:
    house = House()
    house.desk.catalog.away = "The disk is locked."
    with pytest.raises(KrausenError):
        await house.channels.all()
    house.desk.catalog.away = ""
    assert await house.channels.named("data") == BUILT_IN["data"]
