from pathlib import Path

import pytest

from krausen.drivers.brewpi.places import Place, ScriptFile, ScriptHost, Serial, Tcp, place, same
from krausen.errors import Invalid


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("tcp://brewpi.local", Tcp("brewpi.local")),
        ("tcp://192.168.1.20:2323", Tcp("192.168.1.20", 2323)),
        ("tcp://BrewPi.local:23/", Tcp("brewpi.local")),
        ("tcp://[fe80::1]:23", Tcp("fe80::1")),
        ("/dev/ttyACM0", Serial("/dev/ttyACM0")),
        (" serial:///dev/serial/by-id/usb-Arduino ", Serial("/dev/serial/by-id/usb-Arduino")),
        ("script:///opt/brewpi/BEERSOCKET", ScriptFile("/opt/brewpi/BEERSOCKET")),
        ("script://localhost:2222", ScriptHost("localhost", 2222)),
        ("script://localhost", ScriptHost("localhost", 6332)),
    ],
)
def test_places_are_understood_and_written_again(text: str, where: Place) -> None:
    assert place(text) == where
    assert place(str(where)) == where


@pytest.mark.parametrize(
    "text",
    [
        *("", "/", "brewpi.local", "tcp://", "tcp://host:99999", "tcp://host:x", "tcp://host/path"),
        *("http://host", "serial://host/dev", "script:", "tcp://ho st", "tcp://[::1", "/dev/a\nb"),
    ],
)
def test_what_is_no_place_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        place(text)
    assert [fault.where for fault in caught.value.faults] == ["/port"]


def test_a_link_to_a_device_is_the_device(tmp_path: Path) -> None:
    folder = tmp_path
    (folder / "ttyACM0").touch()
    (folder / "by-id").symlink_to(folder / "ttyACM0")
    assert same(Serial(str(folder / "by-id"))) == same(Serial(str(folder / "ttyACM0")))
    assert same(Tcp("host")) == Tcp("host")
