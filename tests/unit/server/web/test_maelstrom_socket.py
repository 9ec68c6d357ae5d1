"""What listeners of maelstrom's WebSocket hear, and what its bridge publishes."""

from typing import Any

import pytest
from msgspec import json

from krausen.model.people import UserRole
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from tests.unit.server.web.brewery import NOON, Brewery
from tests.unit.server.web.maelstrom import ALE, Guest, heard, subscribe, welcomed, with_controller
from tests.unit.server.web.sockets import Peer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def guest(brewery: Brewery) -> Guest:
    """Somebody at the door, which is open."""
    return await welcomed(brewery)


async def test_what_is_published_reaches_listeners_untouched_and_ours_as_published(guest: Guest) -> None:
    text = '{ "channel":"alarms", "payload": {"acknowledge":true} }'
    ours = guest.brewery.site.live.listen()
    ours.subscribe(["alarms"])
    async with guest.socket() as peer, guest.socket() as other:
        await subscribe(peer, "alarms")
        await subscribe(other, "logs")
        answer = await guest.ask("POST", "/publish", data={"channel": "alarms", "data": text})
        assert (answer.status_code, answer.text) == (200, "Posted")
        assert await peer.hear() == {"channel": "alarms", "data": text}
        assert other.from_server.empty()
    frame = json.decode(await ours.next())
    assert (frame["message"], frame["by"], frame["published"]) == (
        json.decode(text),
        "door maelstrom",
        True,
    )
    ours.close()


async def test_the_bridge_publishes_by_form_and_a_query_does_as_well(guest: Guest) -> None:
    async with guest.socket() as peer:
        await subscribe_to_data(peer)
        await subscribe(peer, "_profiles")
        for channel, text in (("data", "no JSON"), ("_profiles", "{}")):
            answer = await guest.ask("POST", "/publish", params={"channel": channel, "data": text})
            assert answer.text == "Posted"
            assert await peer.hear() == {"channel": channel, "data": text}


async def test_a_channel_that_is_not_known_is_told_as_before(guest: Guest) -> None:
    for channel in ("nowhere", "changes", "chart"):
        answer = await guest.ask("POST", "/publish", data={"channel": channel, "data": "x"})
        assert (answer.status_code, answer.text) == (200, f"Unsupported channel: {channel}")


async def test_a_ping_is_answered_and_nonsense_is_passed_over(guest: Guest) -> None:
    async with guest.socket() as peer:
        for nonsense in ("{", "[]", '{"action":"unsubscribe","channel":"data"}', '{"action":"dance"}'):
            await peer.say(nonsense)
        pong = await peer.ask({"action": "ping", "channel": "_heartbeat"})
        assert pong == {"channel": "_heartbeat", "data": '{"payload":{"action":"pong"}}'}


async def test_subscribing_twice_delivers_once_and_unsubscribing_ends_it(guest: Guest) -> None:
    live = guest.brewery.site.live
    line = {"time": "2026-05-01T00:00:00Z", "level": "info", "source": "server", "text": "Hello"}
    async with guest.socket() as peer:
        await subscribe(peer, "logs", "logs")
        live.say("logs", line)
        entry = {"source": "server", "msg": "Hello", "time": "2026-05-01T00:00:00Z"}
        assert await heard(peer) == ("logs", {"entries": [entry]})
        await peer.say({"action": "unsubscribe", "channel": "logs"})
        await subscribe(peer)
        live.say("logs", line)
        await subscribe(peer)


async def vessel_of(brewery: Brewery) -> dict[str, Any]:
    (vessel,) = (await brewery.read("/vessels"))["items"]
    seen = {"beer": 20.0, "chamber": 4.0, "heat": False, "cool": True, "at": None, "stale": False}
    wish = {**vessel["accepted"], "mode": "beer", "value": 18.0}
    return {
        **vessel,
        "observed": seen,
        "accepted": wish,
        "demanded": {**vessel["demanded"], "why": ["Too warm"]},
    }


async def test_a_vessel_is_told_like_a_controller_of_theirs(guest: Guest) -> None:
    live = guest.brewery.site.live
    async with guest.socket() as peer:
        await subscribe_to_data(peer)
        vessel = await vessel_of(guest.brewery)
        live.say("data", {"readings": []})
        live.say("data", {"vessel": vessel})
        assert await heard(peer) == (
            "data",
            {
                "controllerId": 1,
                "controllerName": "North",
                "fridge": "39.2",
                "beer": "68.0",
                "room": "--.-",
                "fridgeSet": None,
                "beerSet": 64.4,
                "status": "Cooling",
            },
        )


async def subscribe_to_data(peer: Peer) -> None:
    await peer.say({"action": "subscribe", "channel": "data"})
    channel, payload = await heard(peer)
    assert (channel, payload["controllerName"], payload["status"]) == ("data", "North", "No news")


async def test_a_profile_is_told_by_its_name_and_the_room_by_its_probe(guest: Guest) -> None:
    brewery = guest.brewery
    await guest.write("/profiles", ALE)
    room = SeriesName("cellar", "room", "temperature")
    aim = SeriesName("krausen", "north", "setpoint_beer")
    await brewery.history.declare([(room, "°C"), (aim, "°C")])
    await brewery.history.store([Reading(room, NOON, 15.0), Reading(aim, NOON, 19.0)])
    series = {one["node"]: one["id"] for one in (await brewery.read("/series"))["items"]}
    async with brewery.caller(UserRole.BREWER) as brewer:
        roles = {"roles": {"ambient": series["room"]}}
        assert (await brewer.patch("/api/v1/vessels/north", json=roles)).status_code == 200
    async with guest.socket() as peer:
        await subscribe_to_data(peer)
        vessel = await vessel_of(brewery)
        wish = {**vessel["accepted"], "mode": "profile", "value": None, "profile": "pale-ale"}
        brewery.site.live.say("data", {"readings": [{"series": series["room"], "t": NOON, "v": 10.0}]})
        brewery.site.live.say("data", {"vessel": {**vessel, "accepted": wish}})
        _, payload = await heard(peer)
    assert (payload["room"], payload["beerSet"], payload["profile"]) == ("50.0", 66.2, "Pale Ale")


def alarm(**facts: Any) -> dict[str, Any]:
    return {
        "event": "raised",
        "alarm": {"id": "a", "rule": "silent", "vessel": "north", "title": "Too warm.", "detail": "Look."},
        **facts,
    }


async def test_alarms_are_raised_and_the_flag_falls_when_none_is_left(guest: Guest) -> None:
    live = guest.brewery.site.live
    async with guest.socket() as peer:
        await subscribe(peer, "alarms")
        live.say("alarms", alarm())
        raised = {"source": "controller_1::chamber_1", "code": 1, "msg": "Too warm. Look."}
        assert await heard(peer) == ("alarms", {"alarms": [raised]})
        live.say("alarms", alarm(event="cleared"))
        live.say("alarms", alarm(event="acknowledged"))
        assert await heard(peer) == ("alarms", {"acknowledge": True})


async def test_what_others_publish_is_passed_on_in_their_form(guest: Guest) -> None:
    async with guest.socket() as peer:
        await subscribe(peer, "alarms")
        async with guest.brewery.caller(UserRole.BREWER) as brewer:
            said: tuple[dict[str, Any], ...] = ({"event": "raised", "alarm": {}}, {"payload": {"alarms": []}})
            for message in said:
                await brewer.post("/api/v1/channels/alarms", json=message)
        assert await heard(peer) == ("alarms", {"event": "raised", "alarm": {}})
        assert await heard(peer) == ("alarms", {"alarms": []})


async def test_changes_by_guests_are_told_whole(guest: Guest) -> None:
    async with guest.socket() as peer:
        await subscribe(peer, "_profiles", "_appsettings", "_iocontrollers")
        await guest.write("/profiles", ALE)
        profile = (await guest.read("/profile/1"))["profile"]
        assert await heard(peer) == ("_profiles", {"eventType": "create", "profile": profile})
        await guest.write("/profile/1", {**ALE, "name": "Stout"})
        profile = (await guest.read("/profile/1"))["profile"]
        assert await heard(peer) == ("_profiles", {"eventType": "update", "profile": profile})
        await guest.ask("DELETE", "/profile/1")
        assert await heard(peer) == ("_profiles", {"eventType": "delete", "profileId": 1})
        settings = [{"name": "themeStylesheet", "value": "dark"}]
        await guest.write("/appsettings", settings)
        assert await heard(peer) == ("_appsettings", {"eventType": "change", "settings": settings})
        await guest.write("/iocontrollers", {"name": "Kettle"})
        kettle = {"id": 1, "name": "Kettle", "address": "", "port": "", "socket": ""}
        assert await heard(peer) == ("_iocontrollers", {"eventType": "create", "controller": kettle})
        await guest.ask("DELETE", "/iocontroller/1")
        assert await heard(peer) == ("_iocontrollers", {"eventType": "delete", "controllerId": 1})
        await subscribe(peer)


async def test_changes_on_our_page_are_told_as_well(guest: Guest) -> None:
    hold = {"name": "Cellar", "steps": [{"kind": "hold", "temperature": 10}]}
    async with guest.socket() as peer, guest.brewery.caller(UserRole.ADMIN) as admin:
        await subscribe(peer, "_profiles", "_appsettings", "_iocontrollers")
        await admin.post("/api/v1/profiles", json=hold)
        channel, told = await heard(peer)
        assert (channel, told["eventType"], told["profile"]["name"]) == ("_profiles", "create", "Cellar")
        assert [one["temperature"] for one in told["profile"]["temperatures"]] == [50.0]
        await admin.delete("/api/v1/profiles/cellar")
        assert await heard(peer) == ("_profiles", {"eventType": "delete", "profileId": 1})
        await admin.put("/api/v1/settings/other", json={"value": 1})
        await admin.put("/api/v1/settings/site.logo", json={"value": "data:x"})
        logo = [{"name": "breweryLogo", "value": "data:x"}]
        assert await heard(peer) == ("_appsettings", {"eventType": "change", "settings": logo})
        await with_controller(guest)
        channel, told = await heard(peer)
        assert (channel, told["eventType"]) == ("_iocontrollers", "create")
        assert told["controller"] == {
            "id": 1,
            "name": "upstairs",
            "address": "10.0.0.9",
            "port": "8080",
            "socket": "",
        }
        await admin.delete("/api/v1/controllers/upstairs")
        assert await heard(peer) == ("_iocontrollers", {"eventType": "delete", "controllerId": 1})


async def test_its_old_page_goes_through_a_day(guest: Guest) -> None:
    """Load the page, listen, draw a profile, follow the bridge, lose the line and come back."""
    assert (await guest.ask("GET", "/")).status_code == 302
    lists = {"appsettings": "appsettings", "profiles": "profiles", "iocontrollers": "controllers"}
    for path, name in lists.items():
        assert await guest.read(f"/{path}") == {name: []}
    channels = ("data", "alarms", "logs", "_appsettings", "_profiles", "_iocontrollers")
    async with guest.socket() as page:
        await subscribe_to_data(page)
        await subscribe(page, *channels)
        await guest.write("/profiles", ALE)
        number = (await heard(page))[1]["profile"]["id"]
        assert (await guest.read(f"/profile/{number}"))["profile"]["name"] == "Pale Ale"
        bridge = '{"channel":"data","payload":{"controllerId":9,"fridge":"40.1","status":"Idling"}}'
        await guest.ask("POST", "/publish", data={"channel": "data", "data": bridge})
        assert await page.hear() == {"channel": "data", "data": bridge}
        test = '{"channel":"alarms","payload":{"alarms":[{"source":"system","code":1001,"msg":"No link"}]}}'
        await guest.ask("POST", "/publish", data={"channel": "alarms", "data": test})
        assert (await heard(page))[1]["alarms"][0]["code"] == 1001
    assert (await guest.brewery.read("/alarms"))["items"] == []
    async with guest.socket() as page:
        await subscribe(page, "_profiles")
        await guest.ask("DELETE", f"/profile/{number}")
        assert (await heard(page))[1] == {"eventType": "delete", "profileId": number}
    door = await guest.brewery.read("/doors/maelstrom", UserRole.BREWER)
    assert (door["refusals"], door["port"], door["sockets"], door["apart"]) == (0, 8888, ["/socket"], True)
