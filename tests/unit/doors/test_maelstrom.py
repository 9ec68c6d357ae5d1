"""Profiles of points and profiles of steps say the same; settings keep their names."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json, to_builtins

from krausen.doors.maelstrom import DOOR, Settings, exchange
from krausen.doors.maelstrom.appsettings import key_of, name_of
from krausen.doors.maelstrom.here import Here
from krausen.doors.maelstrom.profiles import course_of, profile_of, wish_of
from krausen.doors.maelstrom.telling import Telling
from krausen.errors import Forbidden, Invalid
from krausen.model.people import UserRole
from krausen.model.profile import Run, faults
from krausen.ports.door import Exchange, Heard
from krausen.profiles.course import timeline
from krausen.protocols.maelstrom import Course, Point
from krausen.testing.door import FakeSite, posted

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
DAY_MS = 86_400_000
HERE = Here(FakeSite(NOW), "C")
POINTS = st.lists(
    st.builds(
        Point, st.integers(0, 100).map(lambda quarters: quarters / 4.0), st.integers(-10, 50).map(float)
    ),
    min_size=1,
    max_size=8,
).map(lambda points: tuple(sorted(points, key=lambda point: point.days)))


def there_and_back(points: tuple[Point, ...]) -> list[tuple[float, float]]:
    """Make a profile of ours of points, and points of that again."""
    wish = wish_of(HERE, Course(name="Ale", type="Fermentation", points=points))
    steps = [{"until": None, **step} for step in wish["steps"]]
    profile = profile_of({**wish, "steps": steps, "id": "ale"})
    assert faults(profile) == []
    return [(point.days, point.temperature) for point in course_of(HERE, profile, NOW).points]


@given(points=POINTS)
def test_every_point_lies_on_the_course_and_between_them_it_is_straight(points: tuple[Point, ...]) -> None:
    wish = wish_of(HERE, Course(name="Ale", type="Fermentation", points=points))
    steps = [{"until": None, **step} for step in wish["steps"]]
    course = timeline(Run(profile=profile_of({**wish, "steps": steps, "id": "ale"}), start=NOW))
    for one, two in itertools.pairwise(points):
        if two.days > one.days:
            middle = NOW + round((one.days + two.days) / 2.0 * DAY_MS)
            assert course.at(middle) == pytest.approx((one.temperature + two.temperature) / 2.0)
            assert course.at(NOW + round(two.days * DAY_MS) - 1) == pytest.approx(two.temperature, abs=1e-3)
    assert course.at(NOW + 200 * DAY_MS) == points[-1].temperature


@given(points=POINTS)
def test_points_that_say_something_come_back_even_without_what_is_kept_beside(
    points: tuple[Point, ...],
) -> None:
    back = there_and_back(points)
    told = [(one.days, one.temperature) for one in points]
    corners = {
        here
        for before, here, after in zip(told, told[1:], told[2:], strict=False)
        if before[0] < here[0] < after[0]
    }
    assert corners <= {(round(days * 4.0) / 4.0, c) for days, c in back}
    assert there_and_back(tuple(Point(days, c) for days, c in back)) == back


@given(name=st.text(max_size=15))
def test_a_setting_keeps_its_name(name: str) -> None:
    assert name_of(key_of(name)) == name


def test_a_name_that_is_too_long_is_refused() -> None:
    assert len(key_of("x" * 110)) == 128
    with pytest.raises(Invalid, match="too long"):
        key_of("x" * 111)


def test_fahrenheit_there_and_back() -> None:
    here = Here(FakeSite(NOW), "F")
    assert here.celsius(68.5) == 20.277777778
    assert here.theirs(here.celsius(68.5)) == 68.5


def test_it_asks_as_an_admin_only_where_guests_arrange_controllers() -> None:
    assert DOOR.role(Settings()) is UserRole.BREWER
    assert DOOR.role(Settings(may_arrange=True)) is UserRole.ADMIN
    assert not any("setpoint" in call or "relays" in call for call in DOOR.calls)


def got(path: str) -> Exchange:
    return Exchange(method="GET", path=path, query={}, headers={}, body=b"", address="192.168.1.20")


async def test_long_collections_are_read_to_the_end() -> None:
    site = FakeSite(NOW)

    def reply(_: str, path: str, __: object) -> tuple[int, object]:
        more = "cursor" not in path
        item = {"key": f"maelstrom.setting.{'a' if more else 'b'}", "value": "x"}
        return 200, {"items": [item], "next": "there" if more else None}

    site.reply = reply
    answer = await exchange(Settings(), got("/appsettings"), site)
    assert [one["name"] for one in json.decode(answer.body)["appsettings"]] == ["a", "b"]
    assert [path for _, path, _ in site.asked] == [
        "/settings?limit=1000",
        "/settings?limit=1000&cursor=there",
    ]


async def test_what_the_site_refuses_is_refused() -> None:
    site = FakeSite(NOW)
    site.reply = lambda *_: (403, {"detail": "Only brewers and admins may do this."})
    with pytest.raises(Forbidden, match="Only brewers"):
        await exchange(Settings(), posted("/appsettings", b'[{"name": "a"}]'), site)


async def test_what_somebody_else_made_of_our_notes_is_passed_over() -> None:
    site = FakeSite(NOW)
    steps = [{"kind": "hold", "temperature": 20.0, "hours": None, "until": None, "title": ""}]
    ale = {"id": "ale", "name": "Ale", "type": "fermentation", "steps": steps, "events": [], "revision": 1}
    items = {
        "/settings": [
            {"key": "maelstrom.profile.ale", "value": {"odd": 1}},
            {"key": "maelstrom.iocontroller.1", "value": 5},
            {"key": "maelstrom.iocontroller.x", "value": {}},
        ],
        "/profiles": [{**ale, "created_at": "2026-05-01T00:00:00.000Z"}],
    }
    site.reply = lambda _, path, __: (200, {"items": items.get(path.partition("?")[0], []), "next": None})
    (profile,) = json.decode((await exchange(Settings(unit="C"), got("/profiles"), site)).body)["profiles"]
    point = {"profileId": 1, "days": 0.0, "date": "2026-05-01T00:00:00", "temperature": 20.0}
    assert profile["temperatures"] == [point]
    assert json.decode((await exchange(Settings(), got("/iocontrollers"), site)).body) == {"controllers": []}
    assert to_builtins(profile)["events"] == []


async def test_what_is_gone_meanwhile_or_means_nothing_to_them_is_not_told() -> None:
    telling = Telling(Here(FakeSite(NOW), "C"))
    for what in ("profile", "controller", "batch"):
        change = {"what": what, "id": "x", "action": "updated", "by": "Anna", "revision": 2}
        assert await telling.told(Heard(channel="changes", message=change)) == []
    assert await telling.told(Heard(channel="agents", message={})) == []
    assert await telling.told(Heard(channel="data", message={"readings": [{"series": "s", "v": 1.0}]})) == []


async def test_the_flag_of_alarms_stands_while_one_is_left() -> None:
    site = FakeSite(NOW)
    site.reply = lambda *_: (200, {"items": [{"state": "acknowledged"}, {"state": "returned"}], "next": None})
    alarm = {"vessel": None, "rule": "silent", "title": "No news", "detail": ""}
    telling = Telling(Here(site, "C"))
    done = Heard(channel="alarms", message={"event": "acknowledged", "alarm": alarm})
    assert await telling.told(done) == []
    site.reply = lambda *_: (200, {"items": [{"state": "acknowledged"}], "next": None})
    (told,) = await telling.told(done)
    assert json.decode(told["data"]) == {"channel": "alarms", "payload": {"acknowledge": True}}
    raised = Heard(channel="alarms", message={"event": "raised", "alarm": alarm})
    (told,) = await telling.told(raised)
    assert json.decode(told["data"])["payload"]["alarms"] == [
        {"source": "system", "code": 1, "msg": "No news"}
    ]


async def test_so_many_settings_at_once_are_enough() -> None:
    many = json.encode([{"name": str(n), "value": ""} for n in range(1001)])
    with pytest.raises(Invalid, match="at most 1000"):
        await exchange(Settings(), posted("/appsettings", many), FakeSite(NOW))
    await exchange(Settings(), posted("/appsettings", b"[]"), site := FakeSite(NOW))
    assert site.asked == []
