import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError, convert, json
from msgspec.structs import replace

from krausen.errors import TargetRefused
from krausen.ports.target import Reply
from krausen.push.placeholders import NAMES, scenes
from krausen.push.targets.webhook import TARGET, Settings, post_of
from krausen.testing.target import FakeCourier
from tests.unit.push.brewery import LONE, NOW, SENSOR, VESSEL, sent, shipment

pytestmark = pytest.mark.anyio

GUIDE = Path(__file__).parents[4] / "docs" / "guides" / "push-services.md"
URL = "https://hooks.example/in"


def settings_of(**fields: object) -> Settings:
    return convert({"url": URL, **fields}, Settings)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"body": '{"t": "{{vessel.bier}}"}'}, "There is no {{vessel.bier}}. There is {{vessel.beer}}"),
        ({"body": '{"t": {{temperature}}}'}, "no JSON"),
        ({"url": "https://hooks.example/{{nme}}"}, "There is no {{nme}}. There is {{name}}"),
        ({"url": "https://{{name}}.example/"}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "https://hooks.example/\r\nX: 1"}, "url"),
        ({"headers": "X-Beer: {{name}}"}, "There is no {{name}}. There is {{key}}"),
        ({"headers": "no header"}, "no header is no header: write it like Name: value"),
        ({"headers": "X: tür"}, "is no header"),
        ({"key": "a b"}, "key"),
        ({"key": "a\r\nb"}, "key"),
        ({"method": "DELETE"}, "method"),
    ],
)
def test_faults_are_told_before_anything_is_sent(fields: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError) as raised:
        settings_of(**fields)
    assert fault in str(raised.value)


def test_every_name_can_be_used() -> None:
    settings = settings_of(body=json.encode({name: f"{{{{{name}}}}}" for name in NAMES}).decode())
    (values,) = scenes(shipment(SENSOR))
    body = json.decode(post_of(settings, values).body)
    assert set(body) <= NAMES
    assert body["vessel.beer"] == body["temperature"] == 18.5
    assert body["vessel.beer_f"] == 65.3
    assert body["gravity_plato"] == body["sensor.gravity_plato"] == 8.54
    assert body["sensor.temperature"] == 18.75
    assert body["sensor.signal_dbm"] == -71.0
    assert (body["vessel.state"], body["vessel.mode"], body["doing"]) == ("cooling", "beer", "cooling")
    assert (body["time"], body["vessel.time"]) == ("2026-09-21T14:13:20.000Z", "2026-09-21T14:13:15.000Z")
    assert (body["vessel.heat"], body["vessel.cool"]) == (False, True)


def test_the_guide_lists_names_that_there_are() -> None:
    rows = re.findall(r"^\| ((?:`[a-z_.]+`(?:, )?)+) \|", GUIDE.read_text(), re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([a-z_.]+)`", row)}
    assert len(listed) > 25
    assert listed <= NAMES


def test_what_is_unknown_is_left_out() -> None:
    settings = settings_of(body='{"a": "{{vessel.chamber}}", "b": "{{sensor.angle}}", "c": "{{batch}}"}')
    (lone,) = scenes(shipment(replace(LONE, angle=None)))
    (vessel,) = scenes(shipment(VESSEL))
    assert post_of(settings, lone).body == b"{}"
    assert json.decode(post_of(settings, vessel).body) == {"a": 12.25, "c": "Märzen"}


def test_what_is_no_gravity_is_unknown_everywhere() -> None:
    (values,) = scenes(shipment(replace(LONE, gravity=0.0), now=NOW))
    assert values["gravity"] is None
    assert values["sensor.gravity"] is None
    assert values["sensor.gravity_plato"] is None


@given(st.text(max_size=40))
def test_names_cannot_leave_their_place(name: str) -> None:
    settings = settings_of(url=f"{URL}/{{{{name}}}}", body='{"n": "{{name}}", "m": "is {{name}}"}')
    (values,) = scenes(shipment(replace(LONE, name=name)))
    post = post_of(settings, values)
    assert post.url.startswith(f"{URL}/")
    assert not set(post.url.removeprefix(f"{URL}/")) & set("/?#&\r\n ")
    assert json.decode(post.body) == ({"n": name} if name else {}) | {"m": f"is {name}"}


async def test_get_has_no_body() -> None:
    (post,) = await sent(TARGET, {"url": f"{URL}?t={{{{temperature}}}}", "method": "GET"}, shipment(LONE))
    assert (post.method, post.url, post.body) == ("GET", f"{URL}?t=18.75", b"")
    assert post.headers == {}


async def test_headers_of_ones_own_come_before_ours() -> None:
    headers = "content-type: application/vnd.beer+json\n\nAuthorization: Bearer {{key}}"
    (post,) = await sent(TARGET, {"url": URL, "headers": headers, "key": "s3"}, shipment(LONE))
    assert post.headers == {"content-type": "application/vnd.beer+json", "Authorization": "Bearer s3"}


async def test_a_redirect_is_not_followed() -> None:
    courier = FakeCourier(lambda _: Reply(status=302, headers={"location": "http://169.254.169.254/"}))
    with pytest.raises(TargetRefused, match="no service at this address"):
        await TARGET.send(settings_of(), shipment(LONE), courier)
    assert [one.follow for one in courier.posts] == [False]
