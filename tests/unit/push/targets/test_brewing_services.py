"""What each brewing service is told, and how its answers are taken.

`tests/recordings/push/NAME.json` holds what goes to a service for one vessel and its hydrometer.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec import Struct, convert, json
from msgspec.structs import replace

from krausen.errors import TargetBusy, TargetRefused
from krausen.plugins import discover
from krausen.ports.target import Post, PushTarget, Reply, SensorNow, VesselNow
from krausen.push import targets
from krausen.server.algorithms import schema_of
from krausen.server.pushing.recording import Recorder, secrets_of
from krausen.testing.services import (
    PAGE,
    BrewersFriend,
    Brewfather,
    BrewStatus,
    Grainfather,
    LittleBock,
    Service,
    Taplist,
    ThingSpeak,
    TiltScript,
    answering,
)
from krausen.testing.target import FakeCourier
from tests.unit.push.brewery import BOTH, LONE, NOW, SENSOR, VESSEL, sent, shipment

pytestmark = pytest.mark.anyio

RECORDINGS = Path(__file__).parents[3] / "recordings" / "push"
TARGETS = discover(targets, "TARGET", PushTarget)


class Request(Struct, frozen=True):
    """One request of a recording; its body in JSON, or as the text that it is."""

    method: str
    url: str
    headers: dict[str, str]
    body: Any


class Case(Struct, frozen=True):
    """What goes out with some settings."""

    case: str
    settings: dict[str, Any]
    requests: list[Request]


RECORDED = {file.stem: json.decode(file.read_bytes(), type=list[Case]) for file in RECORDINGS.glob("*.json")}
CASES = [(name, case) for name, cases in sorted(RECORDED.items()) for case in cases]
every_case = pytest.mark.parametrize(
    ("name", "case"), CASES, ids=[f"{name}: {case.case}" for name, case in CASES]
)

SERVICES: Final[dict[str, Callable[[Case], Service]]] = {
    "brewers_friend": lambda case: BrewersFriend(case.settings["key"]),
    "brewfather": lambda case: Brewfather(case.settings["stream_id"]),
    "grainfather": lambda case: Grainfather(*case.settings["url"].split("/")[-2:]),
    "little_bock": lambda case: LittleBock(case.settings["url"].partition("ispindle/")[2]),
    "taplist": lambda case: Taplist(case.settings["url"]),
    "thingspeak": lambda case: ThingSpeak(case.settings["key"]),
    "google_sheets": lambda case: TiltScript(case.settings["url"].split("/")[-2]),
    "brewstatus": lambda case: BrewStatus(case.settings["url"]),
}
IMITATED = [(name, case) for name, case in CASES if name in SERVICES]
every_service = pytest.mark.parametrize(
    ("name", "case"), IMITATED, ids=[f"{name}: {case.case}" for name, case in IMITATED]
)


def body_of(post: Post) -> object:
    if post.headers.get("Content-Type") == "application/json":
        return json.decode(post.body)
    return post.body.decode()


async def told(name: str, case: Case, *parts: VesselNow | SensorNow, answer: Reply) -> list[Post]:
    return await sent(TARGETS[name], case.settings, shipment(*parts), lambda _: answer)


def test_every_service_has_a_recording_and_all_but_the_webhook_an_imitation() -> None:
    assert {*SERVICES, "webhook"} == set(RECORDED)


@every_case
async def test_what_goes_out_is_what_was_recorded(name: str, case: Case) -> None:
    fine = Reply(status=200, body=b'{"message": "success"}')
    posts = await sent(TARGETS[name], case.settings, BOTH, lambda _: fine)
    assert [Request(one.method, one.url, dict(one.headers), body_of(one)) for one in posts] == case.requests


@every_service
async def test_the_service_takes_it(name: str, case: Case) -> None:
    service = SERVICES[name](case)
    await sent(TARGETS[name], case.settings, BOTH, answering(service, lambda: NOW))
    assert service.broken == []
    assert len(service.taken) == len(case.requests)


@every_service
async def test_of_what_nothing_is_known_nothing_is_told(name: str, case: Case) -> None:
    vessel = replace(
        VESSEL, beer=None, chamber=None, ambient=None, gravity=None, beer_setpoint=None, chamber_setpoint=None
    )
    sensor = replace(LONE, gravity=0.0, temperature=None)
    assert await told(name, case, vessel, answer=Reply(status=200, body=b"{}")) == []
    assert await told(name, case, sensor, answer=Reply(status=200, body=b"{}")) == []


@every_service
async def test_no_body_has_a_value_that_is_not_known(name: str, case: Case) -> None:
    service = SERVICES[name](case)
    bare = SensorNow(id="s9", number=9, name="Blue", kind="tilt", at=NOW, gravity=1.05, temperature=20.0)
    posts = await sent(TARGETS[name], case.settings, shipment(bare), answering(service, lambda: NOW))
    assert service.broken == []
    assert len(posts) == 1
    for nothing in (b"null", b":0", b"Undefined\x00", b'""', b"NaN"):
        assert nothing not in posts[0].body


@every_service
async def test_one_report_too_early_is_not_taken_for_delivered(name: str, case: Case) -> None:
    service = SERVICES[name](case)
    answer = answering(service, lambda: NOW)
    await sent(TARGETS[name], case.settings, shipment(LONE), answer)
    if name == "brewfather":  # it never tells
        await sent(TARGETS[name], case.settings, shipment(LONE), answer)
    else:
        with pytest.raises(TargetBusy) as raised:
            await sent(TARGETS[name], case.settings, shipment(LONE), answer)
        assert raised.value.after_s is not None
        assert raised.value.after_s >= service.least_s
    assert len(service.taken) == 1
    assert len(service.broken) == 1


@every_service
async def test_the_pace_of_a_target_is_never_faster_than_its_service(name: str, case: Case) -> None:
    assert TARGETS[name].least_s >= SERVICES[name](case).least_s


@every_service
@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_wrong_key_or_address_is_somebodys_to_mend(name: str, case: Case, status: int) -> None:
    with pytest.raises(TargetRefused, match=str(status)):
        await told(name, case, LONE, answer=Reply(status=status, body=b"no"))


@every_service
@pytest.mark.parametrize("status", [400, 500, 502, 503])
async def test_a_service_in_trouble_is_tried_again(name: str, case: Case, status: int) -> None:
    with pytest.raises(TargetBusy, match=str(status)):
        await told(name, case, LONE, answer=Reply(status=status, body=PAGE))


@every_service
async def test_a_service_says_itself_how_long_it_is_to_be_left_alone(name: str, case: Case) -> None:
    with pytest.raises(TargetBusy) as raised:
        await told(name, case, LONE, answer=Reply(status=429, headers={"retry-after": "1234"}))
    assert raised.value.after_s == 1234.0


@pytest.mark.parametrize("name", ["brewers_friend", "little_bock", "thingspeak", "google_sheets"])
@pytest.mark.parametrize("body", [PAGE, b"", b"OK", b"{", b'[{"message":"success"}]', b"\xff"])
async def test_a_success_that_is_no_json_is_none(name: str, body: bytes) -> None:
    (case, *_) = RECORDED[name]
    with pytest.raises(TargetBusy):
        await told(name, case, LONE, answer=Reply(status=200, body=body))


@pytest.mark.parametrize(
    ("name", "answer", "failure", "words"),
    [
        ("brewers_friend", Reply(status=200, body=b'{"message":"failure"}'), TargetBusy, "did not save it"),
        ("grainfather", Reply(status=422, body=b'{"message":"invalid"}'), TargetRefused, "422 .*invalid"),
        ("little_bock", Reply(status=200, body=b'{"success":false}'), TargetBusy, "did not save it"),
        ("thingspeak", Reply(status=200, body=b"0"), TargetBusy, "made no entry"),
        ("thingspeak", Reply(status=200, body=b"-1"), TargetBusy, "made no entry"),
        ("thingspeak", Reply(status=402), TargetRefused, "used up"),
        (
            "google_sheets",
            Reply(status=200, body=b'{"result":"Error 7"}'),
            TargetBusy,
            "write it.*Error 7",
        ),
    ],
)
async def test_what_a_service_says_is_told_in_its_own_words(
    name: str, answer: Reply, failure: type[Exception], words: str
) -> None:
    (case, *_) = RECORDED[name]
    with pytest.raises(failure, match=words):
        await told(name, case, LONE, answer=answer)


async def test_brewers_friend_tells_a_wrong_key_in_its_own_words() -> None:
    service = BrewersFriend("another")
    with pytest.raises(TargetRefused, match="invalid api key"):
        await sent(TARGETS["brewers_friend"], {"key": "bf"}, BOTH, answering(service, lambda: NOW))


@pytest.mark.parametrize("name", ["brewers_friend", "brewfather", "thingspeak"])
async def test_without_a_key_nothing_is_sent(name: str) -> None:
    courier = FakeCourier()
    with pytest.raises(TargetRefused, match="Enter the"):
        await TARGETS[name].send(TARGETS[name].settings(), BOTH, courier)
    assert courier.posts == []


@every_case
async def test_what_is_kept_of_a_delivery_shows_no_secret(name: str, case: Case) -> None:
    kind = TARGETS[name]
    secrets = secrets_of(case.settings, schema_of(kind.settings))
    fine = Reply(status=200, body=b'{"message": "success"}', headers={"x-echo": "".join(secrets)})
    recorder = Recorder(FakeCourier(lambda _: fine), secrets)
    await kind.send(convert(case.settings, kind.settings), BOTH, recorder)
    assert recorder.sent
    assert [one for one in secrets if one in recorder.sent + recorder.came] == []
    for tail in ("bf-key", "bw-id", "ts-key", "s3cret", "brave-hop", "AKfy", "ab12/34"):
        assert tail not in recorder.sent


async def test_a_key_cannot_lead_elsewhere() -> None:
    (post, *_) = await sent(
        TARGETS["brewers_friend"],
        {"key": "../x?y#z"},
        BOTH,
        lambda _: Reply(status=200, body=b'{"message":"success"}'),
    )
    assert post.url == "https://log.brewersfriend.com/stream/..%2Fx%3Fy%23z"


@pytest.mark.parametrize("name", ["grainfather", "little_bock", "thingspeak"])
async def test_an_address_of_one_device_is_never_told_of_two(name: str) -> None:
    (case, *_) = RECORDED[name]
    courier_answer = Reply(status=200, body=b"{}")
    with pytest.raises(TargetRefused, match="belongs to one device"):
        await told(name, case, SENSOR, LONE, answer=courier_answer)


async def test_grainfather_wants_one_of_its_addresses() -> None:
    with pytest.raises(TargetRefused, match="/ispindel, /tilt or /custom"):
        await sent(TARGETS["grainfather"], {"url": "https://community.grainfather.com/iot/x"})


@pytest.mark.parametrize(("form", "count"), [("ispindel", 1), ("tilt", 0), ("custom", 0)])
async def test_grainfather_is_told_of_gravity_alone_where_its_form_allows(form: str, count: int) -> None:
    settings = {"url": f"https://community.grainfather.com/iot/x/{form}"}
    cold = replace(LONE, temperature=None)
    service = Grainfather("x", form)
    posts = await sent(TARGETS["grainfather"], settings, shipment(cold), answering(service, lambda: NOW))
    assert len(posts) == count
    assert service.broken == []


async def test_a_hydrometer_without_a_brew_is_told_and_tried_again() -> None:
    (case, *_) = RECORDED["little_bock"]
    service = LittleBock("ab12/34")
    service.is_attached = False
    with pytest.raises(TargetBusy, match="attach it to one there") as raised:
        await sent(TARGETS["little_bock"], case.settings, BOTH, answering(service, lambda: NOW))
    assert raised.value.after_s == 900.0
    service.is_attached = True
    await sent(TARGETS["little_bock"], case.settings, BOTH, answering(service, lambda: NOW))
    assert len(service.taken) == 1


async def test_a_wrong_key_of_thingspeak_is_somebodys_to_mend() -> None:
    with pytest.raises(TargetRefused, match="error_auth_required"):
        await sent(TARGETS["thingspeak"], {"key": "x"}, BOTH, answering(ThingSpeak("y"), lambda: NOW))


async def test_google_sheets_follows_to_the_answer() -> None:
    (case, *_) = RECORDED["google_sheets"]
    posts = await told("google_sheets", case, LONE, answer=Reply(status=200, body=b'{"result":"success"}'))
    assert [one.follow for one in posts] == [True]


async def test_a_script_that_is_not_for_anyone_is_somebodys_to_mend() -> None:
    (case, *_) = RECORDED["google_sheets"]
    page = b'<!doctype html><a href="https://accounts.google.com/ServiceLogin?x">Sign in</a>'
    with pytest.raises(TargetRefused, match="for anyone"):
        await told("google_sheets", case, LONE, answer=Reply(status=200, body=page))


async def test_brewstatus_counts_days_in_local_time() -> None:
    service = BrewStatus("https://brewstatus.example/x")
    settings = {"url": service.address, "zone": "Asia/Kolkata"}
    await sent(TARGETS["brewstatus"], settings, shipment(LONE), answering(service, lambda: NOW))
    ((_, form),) = service.taken
    at = datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=float(form["Timepoint"]))
    there = datetime.fromtimestamp(NOW / 1000, UTC) + timedelta(hours=5.5)
    assert abs(at - there) < timedelta(milliseconds=1)
    assert form["Beer"] == "Undefined"
