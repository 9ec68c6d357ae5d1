"""Rows and values survive a server that is killed, stopped and away for a while."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from krausen_client import Accumulator, AsyncAccumulator, AsyncClient, Client, Options, Row, Sent, Unreachable
from tests.clients.python.house import House

START = datetime(2026, 5, 1, tzinfo=UTC)
COUNT = 3_000


def test_a_server_that_is_killed_and_comes_back_gets_every_row(own_house: House) -> None:
    restart = Thread(target=own_house.start)

    def rows() -> Iterator[Row]:
        for n in range(COUNT):
            if n == 1_050:
                own_house.kill()
                restart.start()
            yield Row("orchard", "tank", START + timedelta(seconds=n), {"t": n})

    with Client(own_house.url, token=own_house.token(), options=Options(batch=100)) as client:
        assert client.send(rows()) == Sent(COUNT, COUNT)
    restart.join()
    assert [value for _, value in own_house.stored("orchard")["tank", "t"]] == list(range(COUNT))


def test_an_accumulator_goes_on_by_itself_when_the_server_is_back(own_house: House) -> None:
    with Client(own_house.url, token=own_house.token()) as client:
        with Accumulator(client, "orchard", every_s=0.05) as values:
            values.add("tank", "t", 1, START)
            own_house.stop()
            values.add("tank", "t", 2, START + timedelta(seconds=1))
            with pytest.raises(Unreachable):
                _impatient(own_house).send([Row("orchard", "tank", START, {"t": 0})])
            own_house.start()
            values.add("tank", "t", 3, START + timedelta(seconds=2))
        assert len(values) == 0
    assert [value for _, value in own_house.stored("orchard")["tank", "t"]] == [1, 2, 3]


async def test_so_does_the_asynchronous_one(own_house: House) -> None:
    async with AsyncClient(own_house.url, token=own_house.token()) as client:
        async with AsyncAccumulator(client, "orchard", at_values=1) as values:
            own_house.kill()
            values.add("tank", "t", 1, START)
            with pytest.raises(Unreachable):
                await client.carry(client.calls.latest(), once=True)
            own_house.start()
            values.add("tank", "t", 2, START + timedelta(seconds=1))
        assert len(values) == 0
    assert [value for _, value in own_house.stored("orchard")["tank", "t"]] == [1, 2]


def test_what_a_spool_holds_waits_for_the_server_and_for_the_next_program(
    own_house: House, tmp_path: Path
) -> None:
    spool = tmp_path / "orchard.spool"
    token = own_house.token()
    own_house.kill()
    with Client(own_house.url, token=token) as client, Accumulator(client, "orchard", spool=spool) as values:
        values.add("tank", "t", 1, START)
    own_house.start()
    with Client(own_house.url, token=token) as client, Accumulator(client, "orchard", spool=spool) as values:
        assert len(values) == 1
        assert values.flush() == Sent(1, 1)
    assert [value for _, value in own_house.stored("orchard")["tank", "t"]] == [1]


def _impatient(house: House) -> Client:
    return Client(house.url, token="krs_x", options=Options(patience_s=0))
