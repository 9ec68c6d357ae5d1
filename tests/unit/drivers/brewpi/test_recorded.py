"""Logs and lines of real controllers, played to a session as a firmware would say them."""

import asyncio
import json
from pathlib import Path

import pytest

from krausen.control.plausibility import NOTHING_YET, judge, plausible
from krausen.drivers.brewpi.lines import Ear, Line
from krausen.drivers.brewpi.opening import session_over
from krausen.model.quantities import Quantity
from krausen.model.reading import Quality
from krausen.ports.controller import Measured
from tests.unit.drivers.brewpi.wired import listening, until

LOG = Path(__file__).parents[3] / "recordings/brewpi_log/brewpi_2014-02-03_2d.csv"
PUBLISHED = Path(__file__).parents[5] / "shared/data/messages/brewpi.jsonl"
"""Beside the repository; it may be read but not passed on."""
METRICS = ("beer", "beer_setpoint", "chamber", "chamber_setpoint", "room")
KEYS = ("BeerTemp", "BeerSet", "FridgeTemp", "FridgeSet", "RoomTemp")
CONSTANTS = {
    "tempSetMin": 1.0,
    "tempSetMax": 30.0,
    "pidMax": 10.0,
    "Kp": 5.0,
    "Ki": 0.25,
    "Kd": -1.5,
    "iMaxErr": 0.5,
    "idleRangeH": 1.0,
    "idleRangeL": -1.0,
    "heatTargetH": 0.299,
    "heatTargetL": -0.199,
    "coolTargetH": 0.199,
    "coolTargetL": -0.299,
    "maxHeatTimeForEst": 600,
    "maxCoolTimeForEst": 1200,
    "fridgeFastFilt": 1,
    "fridgeSlowFilt": 4,
    "fridgeSlopeFilt": 3,
    "beerFastFilt": 3,
    "beerSlowFilt": 4,
    "beerSlopeFilt": 4,
    "lah": 0,
    "hs": 0,
}

VARIABLES = (
    *("beerDiff", "diffIntegral", "beerSlope", "p", "i", "d", "estPeak"),
    *("negPeakEst", "posPeakEst", "negPeak", "posPeak"),
)


class Player:
    """An Uno that says one recorded `T:` line after the other, and else what an Uno says."""

    def __init__(self, lines: list[str], unit: str = "C") -> None:
        self.left = list(lines)
        self._unit = unit
        variables = dict.fromkeys(VARIABLES, 0.0)
        self._words = {
            "n": 'N:{"v":"0.2.13","n":"da7e14a9","s":2,"y":0,"b":"s","l":"3"}',
            "s": 'S:{"mode":"b","beerSet":10.00,"fridgeSet":null,"heatEst":0.199,"coolEst":5.000}',
            "c": f"C:{json.dumps({'tempFormat': unit, **CONSTANTS})}",
            "v": f"V:{json.dumps(variables)}",
            "l": f'L:["Mode   Beer Const.","Beer   10.0  10.0 \u00b0{unit}","Fridge 10.0  10.0 \u00b0{unit}",'
            '"Idling for     00m05"]',
            "d": "d:[]",
            "h": "h:[]",
        }

    async def connect(self, ear: Ear) -> Line:
        self._ear = ear
        return self

    def say(self, said: bytes) -> None:
        letter = said.decode()[:1]
        answer = (self.left.pop(0) if self.left else None) if letter == "t" else self._words.get(letter)
        if answer is not None:
            asyncio.get_running_loop().call_soon(self._ear.heard, f"{answer}\r\n".encode("cp437"))

    def close(self) -> None:
        pass


async def played(player: Player) -> list[Measured]:
    async with session_over(player.connect, 1.0) as session, listening(session) as heard:
        await until(lambda: not player.left, 1e6)
        await asyncio.sleep(5.0)
    return heard.measured


def logged() -> list[list[float | None]]:
    """Give the rows of the log: what was measured and wanted, and the state; nothing where it says None."""
    rows = (line.split(";") for line in LOG.read_text().splitlines()[:1500])
    return [
        [
            None if said == "None" else float(said)
            for said in (*(row[place] for place in (1, 2, 4, 5, 8)), row[7])
        ]
        for row in rows
        if len(row) == 9
    ]


async def test_a_recorded_log_played_as_lines_gives_its_own_values() -> None:
    rows = logged()
    lines = []
    for row in rows:
        said = {key: value for key, value in zip(KEYS, row, strict=False) if key != "RoomTemp" or value}
        lines.append(
            f"T:{json.dumps({**said, 'BeerAnn': None, 'FridgeAnn': None, 'State': int(row[5] or 0)})}"
        )
    measured = await played(Player(lines))
    assert len(rows) == len(measured) > 1000
    for row, round_ in zip(rows, measured, strict=True):
        told = {sample.metric: sample.value for sample in round_.samples}
        assert [told.get(metric) for metric in METRICS] == row[:5]
        assert told["state"] == row[5]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="The published messages are not beside the repository.")
async def test_published_lines_are_read_as_they_were_meant() -> None:
    published = [json.loads(line) for line in PUBLISHED.read_text().splitlines()]
    chosen = [one for one in published if one["raw"].startswith("T:") and "RoomTemp" in one["expect"]]
    measured = await played(Player([one["raw"].strip() for one in chosen]))
    assert len(measured) == len(chosen) > 3
    for one, round_ in zip(chosen, measured, strict=True):
        told = {sample.metric: sample.value for sample in round_.samples}
        assert [told.get("beer"), told.get("chamber"), told.get("room")] == [
            one["expect"][key] for key in ("BeerTemp", "FridgeTemp", "RoomTemp")
        ]


@pytest.mark.parametrize(("said", "quality"), [("200.00", Quality.BAD), ("85.00", Quality.BAD)])
async def test_absurd_values_are_passed_on_and_judged_bad(said: str, quality: Quality) -> None:
    lines = [f'T:{{"BeerTemp": {value},"BeerSet":null,"State":0}}' for value in ("20.00", said)]
    measured = await played(Player(lines))
    memory, judged = NOTHING_YET, Quality.GOOD
    for place, round_ in enumerate(measured):
        (value,) = [sample.value for sample in round_.samples if sample.metric == "beer"]
        memory, judged = judge(plausible(Quantity.TEMPERATURE), memory, place * 5.0, value)
    assert judged is quality
