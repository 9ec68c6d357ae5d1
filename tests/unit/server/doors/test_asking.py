"""What guests of a door may ask of the rest of the site."""

from typing import Any

import pytest
from msgspec import Raw
from msgspec.structs import replace

from krausen.errors import Defect, Forbidden, Invalid, KrausenError, NotFound, Stale, StorageAway
from krausen.model.people import Caller, UserRole
from krausen.ports.clock import Clock
from krausen.ports.door import failure_of
from krausen.server.doors.asking import Desk
from krausen.server.doors.storing import DoorSite, Shelf, Visit
from tests.unit.server.doors.hall import LINE, PIPE, Hall

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
DOOR = replace(LINE, calls=("GET /profiles", "PUT /profiles/{id}"))


class Asked:
    """An interface that notes what it is asked, and answers the same to everything."""

    def __init__(self, status: int = 200, said: Any = None) -> None:
        self._answer = (status, said)
        self.calls: list[tuple[Caller, str, str, object]] = []

    async def ask(self, caller: Caller, method: str, path: str, body: object) -> tuple[int, Any]:
        """Note a call."""
        self.calls.append((caller, method, path, body))
        return self._answer


def site_of(hall: Hall, asked: Asked | None, role: UserRole = UserRole.BREWER) -> DoorSite:
    hall.backing.calls = None if asked is None else asked.ask
    return DoorSite(
        Shelf("line", hall.storage), Desk(DOOR, hall.backing), Visit(took=lambda *_: None, role=role)
    )


@pytest.fixture
def hall() -> Hall:
    """Doors over a site in memory."""
    return Hall(Clock(NOW, lambda: 0.0))


async def test_a_call_is_made_in_the_name_of_the_door(hall: Hall) -> None:
    asked = Asked(200, {"items": []})
    assert await site_of(hall, asked).ask("PUT", "/profiles/ale?x=1", {"a": 1}) == (200, {"items": []})
    ((caller, *said),) = asked.calls
    assert said == ["PUT", "/profiles/ale?x=1", {"a": 1}]
    assert (caller.name, caller.role, caller.is_person) == ("door line", UserRole.BREWER, False)
    assert not caller.may_write("another")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/profiles"), ("GET", "/profiles/ale"), ("GET", "/users"), ("PUT", "/profiles/a/b"),
     ("PUT", "/vessels/north/setpoint"), ("PUT", "/profiles/../users")],
)  # fmt: skip
async def test_a_call_that_the_door_does_not_declare_is_not_made(hall: Hall, method: str, path: str) -> None:
    asked = Asked()
    with pytest.raises(Forbidden, match="does not declare"):
        await site_of(hall, asked).ask(method, path)
    assert asked.calls == []


async def test_publishing_is_a_call_as_well(hall: Hall) -> None:
    asked = Asked()
    await site_of(hall, asked).publish("mash/../x", None)
    ((_, method, path, body),) = asked.calls
    assert (method, path, body) == ("POST", "/channels/mash%2F..%2Fx", Raw(b"null"))
    with pytest.raises(NotFound, match="no channel"):
        await site_of(hall, Asked(404, {"detail": "There is no channel."})).publish("x", 1)


async def test_without_an_application_nothing_is_asked(hall: Hall) -> None:
    with pytest.raises(Defect):
        await site_of(hall, None).ask("GET", "/profiles")


async def test_guests_of_a_door_hear_each_other_and_nobody_else_does(hall: Hall) -> None:
    mine, other = site_of(hall, None), Desk(PIPE, hall.backing)
    with mine.hearing() as hearing, other.hearing() as elsewhere:
        hearing.subscribe(["logs"])
        other.pass_on("theirs")
        mine.pass_on({"said": 1})
        hall.live.say("logs", {"text": "x"})
        hall.live.publish("logs", "y", "Anna")
        heard = [await hearing.next() for _ in range(3)]
        assert [(one.channel, one.message, one.by) for one in heard] == [
            ("", {"said": 1}, ""),
            ("logs", {"text": "x"}, ""),
            ("logs", "y", "Anna"),
        ]
        hearing.unsubscribe(["logs"])
        hall.live.say("logs", {"text": "x"})
        mine.pass_on("last")
        assert (await hearing.next()).message == "last"
        assert (await elsewhere.next()).message == "theirs"
    assert hall.live.listeners == 0


async def test_who_falls_behind_goes_on_with_what_comes(hall: Hall) -> None:
    site = site_of(hall, None)
    with site.hearing() as hearing:
        for number in range(1000):
            site.pass_on(number)
        hearing.subscribe(["data"])
        present = await hearing.next()
        hall.live.say("data", "now")
        assert (present.message, (await hearing.next()).message) == ({"readings": []}, "now")


async def test_numbers_are_of_the_door_and_of_the_space(hall: Hall) -> None:
    site, other = site_of(hall, None), Desk(PIPE, hall.backing)
    assert [await site.number("profile", id) for id in ("a", "b", "a")] == [1, 2, 1]
    assert (await site.number("board", "b"), await other.number("profile", "b")) == (1, 1)
    assert (await site.named("profile", 2), await site.named("profile", 3)) == ("b", None)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, Forbidden), (404, NotFound), (409, Stale), (422, Invalid), (413, Invalid), (503, StorageAway)],
)
def test_a_problem_becomes_the_failure_that_it_was(status: int, kind: type[KrausenError]) -> None:
    failure = failure_of(status, {"detail": "No.", "errors": [{"where": "/a", "message": "Wrong."}]})
    assert (type(failure), str(failure)) == (kind, "No.")
    if isinstance(failure, Invalid):
        assert [fault.where for fault in failure.faults] == ["/a"]
    assert str(failure_of(status, None)) == f"The call was refused with {status}."
