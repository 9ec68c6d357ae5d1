"""Devices as they are written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.agent.setup_file import DeviceFile, Drivers, Simulated, read_devices
from krausen.control.interlocks import Times
from krausen.control.limits import Bounds
from krausen.drivers.sensors import constant
from krausen.errors import Invalid
from krausen.model.calibration import Calibration
from krausen.testing.devices import ScriptedRelay

DRIVERS = Drivers({"constant": constant.SENSOR}, {"scripted": ScriptedRelay().driver})


def faults(text: str) -> list[tuple[str, str]]:
    """Read a file that is wrong, and give where and why."""
    with pytest.raises(Invalid) as wrong:
        read_devices(text, DRIVERS)
    return [(fault.where, fault.message) for fault in wrong.value.faults]


def test_a_file_says_which_devices_there_are_and_how_they_are_set() -> None:
    found = read_devices(
        """
        [[probe]]
        id = "beer"
        driver = "constant"
        calibration = { temperature = [0.3, 1] }
        [probe.settings]
        value_c = 18
        every_s = 2.5

        [[probe]]
        id = "room"
        driver = "constant"

        [[relay]]
        id = "cooler"
        driver = "scripted"
        times = { min_off_s = 600, longest_on_s = 43200 }
        [relay.limits]
        max = 25

        [[simulated]]
        id = "freezer20"
        chamber = "freezer20"

        [limits.fass]
        min = 2
        max = 28
        [limits.keg]
        """,
        DRIVERS,
    )
    assert [(probe.id, probe.driver.name) for probe in found.probes] == [
        ("beer", "constant"),
        ("room", "constant"),
    ]
    assert found.probes[0].settings == constant.Settings(value_c=18.0, every_s=2.5)
    assert found.probes[0].calibrations == {"temperature": Calibration((0.3, 1.0))}
    assert found.probes[1].settings == constant.Settings()
    assert [(relay.id, relay.times) for relay in found.relays] == [
        ("cooler", Times(min_off_s=600.0, longest_on_s=43200.0))
    ]
    assert [relay.limits for relay in found.relays] == [Bounds(max=25.0)]
    assert found.limits == {"fass": Bounds(2.0, 28.0), "keg": Bounds()}
    assert found.simulated == (Simulated(id="freezer20", chamber="freezer20"),)


def test_an_empty_file_is_an_agent_without_devices() -> None:
    assert read_devices("# later\n", DRIVERS) == DeviceFile()


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ('[[probe]]\ndriver = "constant"', "/probe/0", "line 1, probe: Object missing required field `id`."),
        (
            '[[probe]]\nid = "Beer"\ndriver = "constant"',
            "/probe/0/id",
            "line 2, id: 'Beer' is no id: 1 to 64 of a-z, 0-9, - and _.",
        ),
        (
            '[[probe]]\nid = "b"\ndriver = "konstant"',
            "/probe/0/driver",
            "line 3, driver: There is no such driver konstant. There are: constant.",
        ),
        (
            '[[relay]]\nid = "b"\ndriver = "constant"',
            "/relay/0/driver",
            "line 3, driver: There is no such driver constant. There are: scripted.",
        ),
        (
            '[[probe]]\nid = "b"\ndriver = "constant"\n[probe.settings]\nevery_s = 0.5',
            "/probe/0/settings/every_s",
            "line 5, every_s: Expected `float` >= 1.0.",
        ),
        (
            '[[probe]]\nid = "b"\ndriver = "constant"\nsettings.every = 5',
            "/probe/0/settings/every",
            "line 4, every: There is no such setting. There are: value_c, every_s.",
        ),
        (
            '[[probe]]\nid = "b"\ndriver = "constant"\ncalibration = { gravity = [1] }',
            "/probe/0/calibration/gravity",
            "line 4, gravity: There is no such metric. There are: temperature.",
        ),
        (
            '[[probe]]\nid = "b"\ndriver = "constant"\ncalibration.temperature = []',
            "/probe/0/calibration/temperature",
            "line 4, temperature: A calibration has at least one coefficient, and each is a number.",
        ),
        (
            '[[relay]]\nid = "b"\ndriver = "scripted"\n\n[relay.times]\nmin_on = 5',
            "/relay/0/times/min_on",
            "line 6, min_on: There is no such setting. There are: min_on_s, min_off_s, longest_on_s, rest_s.",
        ),
        (
            '[[relay]]\nid = "b"\ndriver = "scripted"\n[relay.times]\nmin_off_s = -1',
            "/relay/0/times",
            "line 4, times: No time of an output is negative, "
            "and the longest on time is not below the least.",
        ),
        (
            '[[probe]]\nid = "b"\ndriver = "constant"\n[[relay]]\nid = "b"\ndriver = "scripted"',
            "/relay/0/id",
            "line 5, id: Another device is called b already.",
        ),
        (
            '[[simulated]]\nid = "b"',
            "/simulated/0",
            "line 1, simulated: Object missing required field `chamber`.",
        ),
        (
            "[[sensor]]",
            "/sensor",
            "sensor: There is no such list. There are: probe, relay, simulated, limits.",
        ),
        (
            "[limits.keg]\nmax = 5\n[limits.fass]\nmin = 3\nmax = 'hot'",
            "/limits/fass/max",
            "line 5, max: Expected `float`, got `str`.",
        ),
        (
            "[limits.fass]\nmin = 3\nmax = 2",
            "/limits/fass",
            "line 1, fass: The highest setpoint allowed is not below the lowest.",
        ),
        (
            "[limits.fass]\nmost = 2",
            "/limits/fass/most",
            "line 2, most: There is no such setting. There are: min, max.",
        ),
        ("probe = 3", "/probe", "probe: Expected `array`, got `int`."),
        ("probe = [1]", "/probe/0", "probe: Expected `object`, got `int`."),
        ("[[probe]]\nid = ", "", "Invalid value (at end of document)."),
    ],
    ids=lambda value: value.replace("\n", " ")[:60],
)
def test_what_is_wrong_is_named_with_its_line_and_what_there_is(text: str, where: str, message: str) -> None:
    assert faults(text) == [(where, message)]


def test_everything_that_is_wrong_is_named_at_once() -> None:
    text = (
        '[[probe]]\nid = "a"\ndriver = "x"\n\n'
        '[[probe]]\nid = "b"\ndriver = "constant"\nsettings.every_s = 0\n'
    )
    assert [where for where, _ in faults(text)] == ["/probe/0/driver", "/probe/1/settings/every_s"]
    assert [message.partition(",")[0] for _, message in faults(text)] == ["line 3", "line 8"]


@given(st.text(max_size=200) | st.text(alphabet='[]=".probeiddriv_constant\n 1{}', max_size=200))
def test_whatever_is_in_a_file_it_is_read_or_refused(text: str) -> None:
    try:
        found = read_devices(text, DRIVERS)
    except Invalid:
        assert faults(text)
    else:
        assert isinstance(found, DeviceFile)
