"""The imitations are as strict as the services that they stand for."""

from typing import Any

import pytest
from msgspec import json

from krausen.ports.target import Post
from krausen.testing.services import BrewersFriend, Brewfather, Grainfather, Service, TiltScript, answering

NOW = 1_790_000_000_000


def post(service: Service, body: Any) -> Post:
    return Post(url=service.address, body=json.encode(body), headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(
    ("service", "body", "fault"),
    [
        (BrewersFriend("k"), {"temp": 20.0}, "name is missing"),
        (BrewersFriend("k"), {"name": "Red", "temp": "20.0"}, "temp cannot be '20.0'"),
        (BrewersFriend("k"), {"name": "Red", "temp": None}, "temp cannot be None"),
        (BrewersFriend("k"), {"name": "Red", "battery": 0}, "battery cannot be 0"),
        (BrewersFriend("k"), {"name": "Red", "aux_temp": 3.0}, "aux_temp is not known"),
        (BrewersFriend("k"), {"name": "Red", "heat_state": "idle"}, "heat_state cannot be 'idle'"),
        (Brewfather("i"), {"name": "Red", "temp_unit": "C"}, "no value at all"),
        (Grainfather("x", "custom"), {"specific_gravity": 0.0}, "temperature is missing"),
        (Grainfather("x", "tilt"), {"SG": 0.0, "Temp": 65.0}, "SG cannot be 0.0"),
    ],
)
def test_what_a_service_does_not_take_is_noted(service: Service, body: Any, fault: str) -> None:
    service.answer(post(service, body), NOW)
    assert fault in service.broken
    assert service.taken == []


@pytest.mark.parametrize(
    ("service", "status"),
    [(BrewersFriend("k"), 400), (Brewfather("i"), 200), (Grainfather("x", "custom"), 422)],
)
def test_what_cannot_be_read_is_answered_as_each_service_does(service: Service, status: int) -> None:
    bad = Post(url=service.address, body=b"temp=20", headers={"Content-Type": "application/json"})
    assert service.answer(bad, NOW).status == status
    assert len(service.broken) == 1


def test_a_service_counts_to_the_second() -> None:
    service = BrewersFriend("k")
    body = {"name": "Red", "temp": 20.0}
    came = [service.answer(post(service, body), NOW + t).status for t in (0, 899_000, 900_000, 1_799_000)]
    assert came == [200, 429, 200, 429]
    assert [t - NOW for t, _ in service.taken] == [0, 900_000]


def test_grainfather_tells_how_long_to_wait() -> None:
    service = Grainfather("x", "tilt")
    first = post(service, {"SG": 1.04, "Temp": 65.0})
    assert service.answer(first, NOW).status == 201
    early = service.answer(first, NOW + 300_000)
    assert (early.status, early.headers["retry-after"]) == (429, "600")


def test_the_script_answers_at_another_address_to_those_who_follow() -> None:
    service = TiltScript("a")
    answer = answering(service, lambda: NOW)
    row = post(service, {"Beer": "Märzen", "SG": 1.04, "Color": "Red"})
    assert answer(row).status == 302
    followed = Post(url=row.url, body=row.body, headers=row.headers, follow=True)
    later = answering(service, lambda: NOW + 600_000)(followed)
    assert json.decode(later.body)["tiltcolor"] == "Red"


def test_an_address_that_is_not_the_services_is_not_there() -> None:
    assert Grainfather("x", "tilt").answer(Post(url="https://example.org/"), NOW).status == 404
