import asyncio

import pytest
from msgspec import json
from structlog.testing import capture_logs

from krausen.model.series import WHOLE, SeriesName
from krausen.wire.messages import Hello, SeriesDeclared, VesselReport, Welcome
from tests.unit.agent.cellar import KEG, Cellar
from tests.unit.agent.orders import order


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def test_outputs_that_were_left_on_are_switched_off_even_without_a_vessel() -> None:
    cellar = Cellar()
    for relay in cellar.relays.values():
        relay.on = True
    async with cellar.running():
        await asyncio.sleep(2)
        assert cellar.on() == set()


async def test_one_output_that_hangs_does_not_keep_others_from_being_switched_off() -> None:
    cellar = Cellar()
    for relay in cellar.relays.values():
        relay.on = True
    cellar.relays["heater"].hang = True
    async with cellar.running():
        await asyncio.sleep(2)
        assert cellar.on() == {"heater"}


async def test_an_agent_that_stops_leaves_every_output_off() -> None:
    cellar = Cellar()
    async with cellar.running(order(25.0), order(15.0, vessel=KEG)):
        await asyncio.sleep(200)
        assert cellar.on() == {"heater", "kegcooler"}
    assert cellar.on() == set()


async def test_outputs_go_off_at_once_even_when_a_probe_does_not_let_go() -> None:
    cellar = Cellar()
    slow = cellar.probes["chamber"]
    slow.every_s, slow.cling = 900.0, True
    async with cellar.running(order(25.0)):
        await asyncio.sleep(200)
        stopped_s = now_s()
    assert cellar.relays["heater"].switches[-1] == (stopped_s, False)


async def test_a_hanging_output_does_not_keep_the_others_on() -> None:
    cellar = Cellar()
    async with cellar.running(order(25.0), order(25.0, vessel=KEG)):
        await asyncio.sleep(200)
        for relay in cellar.relays.values():
            relay.hang = relay is not cellar.relays["kegheater"]
        stopped_s = now_s()
    assert cellar.relays["kegheater"].switches[-1][0] - stopped_s < 1.0
    assert now_s() - stopped_s < 30.0


async def test_readings_of_the_last_second_are_kept() -> None:
    cellar = Cellar(flush_s=5.0)
    async with cellar.running():
        await asyncio.sleep(10.5)
    assert [reading.t % 100_000 for reading in await cellar.readings("beer", "temperature")] == [
        1000 * second for second in range(11)
    ]


async def test_stopping_while_the_disk_refuses_says_what_is_lost() -> None:
    cellar = Cellar()
    with capture_logs() as logs:
        async with cellar.running():
            await asyncio.sleep(10.5)
            cellar.outbox.away = "The disk is full."
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["outbox.away"]


async def test_a_crashing_device_of_each_kind_leaves_the_rest_working() -> None:
    cellar = Cellar()
    cellar.probes["beer"].crash = RuntimeError("odd")
    cellar.relays["heater"].crash = RuntimeError("odd")
    cellar.relays["cooler"].crash = RuntimeError("odd")
    with capture_logs():
        async with cellar.running(order(25.0), order(25.0, vessel=KEG)):
            await asyncio.sleep(200.5)
            assert cellar.on() == {"kegheater"}
    assert len(await cellar.readings("kegbeer", "temperature")) == 201


@pytest.mark.parametrize("document", [b"\xff", b"{}", b'{"vessels": ["\xff"]}', json.encode([1, 2])])
async def test_with_a_damaged_notebook_vessels_stay_off_and_probes_are_read(document: bytes) -> None:
    cellar = Cellar()
    cellar.notebook.document = document
    with capture_logs() as logs:
        async with cellar.running():
            await asyncio.sleep(300.5)
            assert cellar.on() == set()
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["desired.damaged"]
    assert len(await cellar.readings("beer", "temperature")) == 301


async def test_an_agent_says_who_it_is_which_series_it_has_and_how_its_vessels_are() -> None:
    cellar = Cellar()
    cellar.switchboard.away = False
    async with cellar.running(order(25.0)):
        link = await cellar.switchboard.calls.get()
        hello = await link.server.receive()
        assert isinstance(hello, Hello)
        assert hello.agent == "pi"
        await link.server.send(Welcome("test"))
        declared = await link.server.receive()
        assert isinstance(declared, SeriesDeclared)
        units = {declaration.series: declaration.unit for declaration in declared.series}
        assert units[SeriesName("pi", "beer", "temperature")] == "°C"
        assert units[SeriesName("pi", "heater", "on")] == ""
        assert [d.store for d in declared.series if d.series.metric == "on"] == [WHOLE] * 4
        report = await link.server.receive()
        while not isinstance(report, VesselReport):
            report = await link.server.receive()
        assert (report.vessel, report.beer, report.chamber) == ("fass", 20.0, 20.0)
