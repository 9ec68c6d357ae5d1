import anyio
import pytest
from msgspec import json

from krausen.model.people import UserRole
from krausen.server.web.hot import ShortWayProtocol
from krausen.server.web.patience import PATIENCE, PatientProtocol
from tests.unit.server.web.brewery import Brewery
from tests.unit.server.web.short_way import KEEP_ALIVE_S, House, Line, posted

pytestmark = pytest.mark.anyio

LOOK_S = PATIENCE * KEEP_ALIVE_S
GET = b"GET /api/v1/health HTTP/1.1\r\nHost: krausen.test\r\n\r\n"
ROWS = b'[{"adapter":"a","node":"n","timestamp":"2026-09-21T14:00:00Z","data":{"t":1}}]'
PUBLISHED = posted(ROWS, role=UserRole.BREWER, path="/api/v1/channels/logs")


@pytest.fixture(params=[True, False], ids=["short", "ordinary"])
def house(brewery: Brewery, request: pytest.FixtureRequest) -> House:
    return House(brewery, is_short=request.param)


async def outlasted(line: Line, looks: int) -> bool:
    """Wait for so many looks, and tell whether the connection is there then."""
    await anyio.sleep(looks * LOOK_S + 1)
    return not line.wire.is_closed


async def gone(line: Line) -> None:
    """Have the connection end, and what answers it."""
    line.protocol.connection_lost(None)
    await anyio.sleep(1)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\r\n",
        b"GET / HTT",
        GET[:-2],
        GET[:-4] + b"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
        posted(ROWS)[:-1],
        PUBLISHED[:-1],
    ],
    ids=str,
)
async def test_who_begins_and_does_not_end_is_told_so_and_ended(house: House, said: bytes) -> None:
    line = house.line()
    line.send(said)
    assert not await outlasted(line, 2)
    ((status, headers, body),) = await line.answers()
    assert (status, headers["connection"]) == (408, "close")
    assert json.decode(body)["detail"] == "The request did not come whole in time."
    await gone(line)


async def test_half_a_request_after_a_whole_one_keeps_nothing_open(house: House) -> None:
    line = house.line()
    line.send(GET + GET[:20])
    assert (await line.answers())[0][0] == 200
    assert not await outlasted(line, 2)


async def test_an_answer_that_nobody_takes_is_ended(house: House) -> None:
    line = house.line()
    line.protocol.pause_writing()
    line.send(GET)
    assert not await outlasted(line, 2)
    await gone(line)
    assert line.wire.written == b""


async def test_who_takes_an_answer_slowly_is_kept(house: House) -> None:
    line = house.line()
    for left in range(9, 3, -1):
        line.protocol.pause_writing()
        line.wire.left = left
        assert await outlasted(line, 1)
        line.protocol.resume_writing()


async def test_who_sends_slowly_is_kept_and_answered(house: House) -> None:
    line = house.line()
    line.send(PUBLISHED[:-4])
    for last in PUBLISHED[-4:]:
        assert await outlasted(line, 1)
        line.send(bytes([last]))
    assert (await line.answers())[0][0] == 200


async def test_a_connection_in_use_is_kept(house: House) -> None:
    line = house.line()
    for _ in range(9):
        assert (await line.ask(GET))[0] == 200
        await anyio.sleep(KEEP_ALIVE_S - 1)
    assert not line.wire.is_closed


async def test_a_connection_that_is_gone_is_looked_at_no_more(house: House) -> None:
    line = house.line()
    line.send(GET[:9])
    line.wire.close()
    line.protocol.connection_lost(None)
    await outlasted(line, 2)
    assert line.wire.written == b""


def test_doors_and_the_server_itself_are_patient_alike() -> None:
    assert issubclass(ShortWayProtocol, PatientProtocol)
