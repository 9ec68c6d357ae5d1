"""From a file of devices to what an agent owns."""

from pathlib import Path

import pytest

from krausen.cli.devices import devices_of
from krausen.errors import OperatorNeeded
from krausen.testing.clock import HandClock


def written(folder: Path, text: str) -> Path:
    path = folder / "devices.toml"
    path.write_text(text)
    return path


def test_an_agent_without_a_file_has_no_devices(tmp_path: Path) -> None:
    setup = devices_of("pi", tmp_path / "devices.toml", HandClock())
    assert (setup.name, setup.probes, setup.relays) == ("pi", (), ())


def test_a_simulated_vessel_brings_its_probes_and_relays_with_the_times_of_its_chamber(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, '[[simulated]]\nid = "f1"\nchamber = "freezer20"\nbeer_c = 12\n')
    setup = devices_of("pi", path, HandClock(1000))
    assert [probe.id for probe in setup.probes] == ["f1-beer", "f1-chamber", "f1-room", "f1-hydrometer"]
    assert [(relay.id, relay.times.min_off_s) for relay in setup.relays] == [
        ("f1-heater", 300.0),
        ("f1-cooler", 300.0),
    ]


def test_devices_are_found_among_the_drivers_that_are_there(tmp_path: Path) -> None:
    path = written(tmp_path, '[[probe]]\nid = "beer"\ndriver = "constant"\n')
    assert [probe.driver.name for probe in devices_of("pi", path, HandClock()).probes] == ["constant"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[probe]]\nid = "beer"\ndriver = "x"\n',
            "devices.toml: line 3, driver: There is no such driver x.",
        ),
        ("[[probe", "devices.toml: Expected"),
        ('[[simulated]]\nid = "f1"\nchamber = "x"\n', "devices.toml: There is no chamber 'x'; choose one of"),
        (
            '[[simulated]]\nid = "f1"\nchamber = "freezer20"\n'
            '[[probe]]\nid = "f1-beer"\ndriver = "constant"\n',
            "several devices are called f1-beer",
        ),
    ],
)
def test_what_cannot_be_used_is_told_to_the_operator(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(OperatorNeeded) as told:
        devices_of("pi", written(tmp_path, text), HandClock())
    assert said in str(told.value)


def test_a_file_that_is_no_text_or_cannot_be_read_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "devices.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(OperatorNeeded, match="cannot be read"):
        devices_of("pi", path, HandClock())
    path.unlink()
    path.mkdir()
    with pytest.raises(OperatorNeeded, match="cannot be read"):
        devices_of("pi", path, HandClock())
