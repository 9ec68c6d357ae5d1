"""Pictures from elsewhere by HTTP."""

import pytest

from krausen.model.people import UserRole
from krausen.ports.target import Reply
from krausen.testing.target import FakeCourier
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio

WISH = {"address": " https://brewery.example/logo.gif "}


def answering(brewery: Brewery, body: bytes) -> FakeCourier:
    courier = brewery.site.pushing.courier
    assert isinstance(courier, FakeCourier)
    courier.answer = lambda _: Reply(status=200, body=body)
    return courier


async def test_a_picture_is_fetched_from_where_it_is(brewery: Brewery) -> None:
    courier = answering(brewery, b"GIF89a")
    async with brewery.caller(UserRole.ADMIN) as client:
        answer = await client.post("/api/v1/pictures", json=WISH)
    assert (answer.status_code, answer.json()) == (200, {"picture": "data:image/gif;base64,R0lGODlh"})
    assert [post.url for post in courier.posts] == ["https://brewery.example/logo.gif"]


async def test_what_is_no_picture_is_told_at_the_address(brewery: Brewery) -> None:
    answering(brewery, b"<html>")
    async with brewery.caller(UserRole.ADMIN) as client:
        answer = await client.post("/api/v1/pictures", json=WISH)
    assert (answer.status_code, [one["where"] for one in answer.json()["errors"]]) == (422, ["/address"])
