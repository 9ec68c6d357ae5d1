"""Publishing to the live channels of a real server, and hearing it."""

from typing import Any

import pytest

from krausen_client import AsyncClient, Client, NotAllowed, Refused
from tests.clients.python.house import LOGIN, PASSWORD, House

SAID: tuple[Any, ...] = ({"text": "Höp in.", "n": [1, None, 2.5]}, None, "text", 7, [])


def opened(house: House, name: str, publish: str = "brewer") -> str:
    """Have a channel of a name."""
    house.ask("POST", "/channels", {"name": name, "title": name.title(), "publish": publish})
    return name


def now(house: House, channel: str) -> dict[str, str]:
    """Give since when everything is to be heard that is published from now on."""
    return {channel: house.ask("POST", f"/channels/{channel}", "now")["seq"]}


def test_what_is_published_is_heard_with_the_name_of_who_did(house: House) -> None:
    channel = opened(house, "kitchen")
    since = now(house, channel)
    with Client(house.url, token=house.token()) as client:
        for one in SAID:
            client.publish(channel, one)
        with client.listen(channel, since=since) as messages:
            heard = [next(messages) for _ in SAID]
    assert [message.message for message in heard] == list(SAID)
    assert {(message.by, message.published, message.gap) for message in heard} == {("brewer", True, False)}


def test_a_person_publishes_as_themselves_and_what_looks_like_a_reading_is_none(house: House) -> None:
    since = now(house, "data")
    with Client(house.url, login=LOGIN, password=PASSWORD) as client:
        client.publish("data", {"readings": [{"series": "s1", "t": 0, "v": 1.0}]})
        with client.listen("data", since=since) as messages:
            message = next(message for message in messages if message.published)
    assert (message.by, message.readings) == ("Anna", ())
    assert message.message["readings"][0]["v"] == 1.0


@pytest.mark.parametrize(
    ("role", "channel", "kind"),
    [
        ("viewer", "for-brewers", NotAllowed),
        ("brewer", "changes", NotAllowed),
        ("sender", "for-viewers", NotAllowed),
        ("brewer", "no-such-channel", Refused),
    ],
)
def test_who_may_not_publish_is_told_at_once(
    house: House, role: str, channel: str, kind: type[Refused]
) -> None:
    names = {one["name"] for one in house.ask("GET", "/channels")["items"]}
    for name, publish in (("for-brewers", "brewer"), ("for-viewers", "viewer")):
        if name not in names:
            opened(house, name, publish)
    with Client(house.url, token=house.token(role)) as client, pytest.raises(kind):
        client.publish(channel, 1)


def test_what_is_too_large_is_refused(house: House) -> None:
    channel = opened(house, "large")
    with Client(house.url, token=house.token()) as client:
        client.publish(channel, "x" * 60_000)
        with pytest.raises(Refused):
            client.publish(channel, "x" * 70_000)


async def test_the_asynchronous_twin_publishes_and_hears_alike(house: House) -> None:
    channel = opened(house, "twin")
    since = now(house, channel)
    async with AsyncClient(house.url, token=house.token()) as client:
        await client.publish(channel, {"n": 1})
        async with client.listen(channel, since=since) as messages:
            heard = await anext(messages)
    assert (heard.message, heard.by, heard.published) == ({"n": 1}, "brewer", True)
