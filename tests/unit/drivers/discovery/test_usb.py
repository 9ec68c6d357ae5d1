from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.drivers.discovery import usb
from krausen.drivers.discovery.usb import BOARDS, boards
from krausen.errors import DeviceLost
from krausen.model.controller import Found


class Machine:
    """A machine with USB ports, as Linux tells of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ttys = root / "class" / "tty"
        self.by_id = root / "by-id"
        self.ttys.mkdir(parents=True)

    def plug(self, tty: str, vendor: str, product: str, serial: str = "", port: str = "1-1.2") -> None:
        """Plug a board in; its line hangs on an interface of the device."""
        device = self.root / "devices" / port
        interface = device / f"{port}:1.0"
        interface.mkdir(parents=True)
        (device / "idVendor").write_text(f"{vendor}\n")
        (device / "idProduct").write_text(f"{product}\n")
        if serial:
            (device / "serial").write_text(f"{serial}\n")
        (self.ttys / tty).mkdir()
        (self.ttys / tty / "device").symlink_to(interface)

    def link(self, name: str, tty: str) -> None:
        """Give a line the name that it keeps."""
        self.by_id.mkdir(exist_ok=True)
        (self.by_id / name).symlink_to(self.root / "dev" / tty)

    def found(self) -> tuple[Found, ...]:
        """Look."""
        return boards(self.ttys, self.by_id)


def test_a_board_is_found_by_its_ids_and_opened_by_the_name_that_it_keeps(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.plug("ttyACM0", "2341", "0043", "85334343")
    machine.link("usb-Arduino_Uno_85334343-if00", "ttyACM0")
    assert machine.found() == (
        Found(
            id="usb-2341-0043-85334343",
            kind="controller",
            driver="brewpi",
            title="Arduino Uno",
            text="Arduino Uno on USB at /dev/ttyACM0. It may run BrewPi's firmware.",
            settings={"port": str(tmp_path / "by-id" / "usb-Arduino_Uno_85334343-if00")},
        ),
    )


def test_a_board_without_serial_number_is_known_by_its_port(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.plug("ttyACM1", "2A03", "8036", port="1-1.4")
    (found,) = machine.found()
    assert (found.id, found.title) == ("usb-2a03-8036-1-1.4", "Arduino Leonardo")
    assert found.settings == {"port": "/dev/ttyACM1"}


@given(st.sampled_from(sorted(BOARDS)))
def test_every_board_of_the_table_has_a_title_and_ids_of_two_bytes(ids: tuple[int, int]) -> None:
    assert all(0 < number <= 0xFFFF for number in ids)
    assert BOARDS[ids]


def test_lines_of_other_devices_and_damaged_ones_are_left_out(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.plug("ttyUSB0", "1a86", "7523", port="1-1.1")
    machine.plug("ttyACM0", "nonsense", "", port="1-1.3")
    (machine.ttys / "tty0").mkdir()
    (machine.ttys / "ttyS0").mkdir()
    (machine.ttys / "ttyS0" / "device").symlink_to(tmp_path / "gone")
    assert machine.found() == ()


def test_a_machine_that_tells_nothing_has_no_boards(tmp_path: Path) -> None:
    assert boards(tmp_path / "nowhere", tmp_path / "nowhere") == ()


async def test_looking_tells_what_is_there_at_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(tmp_path)
    monkeypatch.setattr(usb, "SYSTEM", machine.ttys)
    monkeypatch.setattr(usb, "BY_ID", machine.by_id)
    monkeypatch.setattr(usb, "LOOK_S", 0.0)
    looking = usb.look()
    assert await anext(looking) == ()
    machine.plug("ttyACM0", "2341", "0043", "85334343")
    assert [one.title for one in await anext(looking)] == ["Arduino Uno"]
    assert isinstance(looking, AsyncGenerator)
    await looking.aclose()


async def test_a_system_of_another_kind_says_that_one_cannot_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usb, "SYSTEM", tmp_path / "nowhere")
    with pytest.raises(DeviceLost, match="/sys"):
        await anext(usb.look())
