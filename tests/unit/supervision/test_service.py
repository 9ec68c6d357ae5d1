import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import OperatorNeeded
from krausen.supervision.service import Systemd, Unit, linger, unit_for
from tools.checks import ROOT

KRAUSEN = ("/opt/krausen/bin/krausen",)
SHARED = Path("/var/lib/krausen")
printable = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=20
)
folders = printable.filter(lambda word: "/" not in word and word not in {".", ".."}).map(
    lambda word: Path("/beer of", word)
)


def systemctl(folder: Path, text: str) -> Systemd:
    """Make a systemd whose program writes down what it is told, and does what `text` says."""
    program = folder / "systemctl"
    program.write_text(f'#!/bin/sh\necho "$*" >> {shlex.quote(str(folder / "told"))}\n{text}\n')
    program.chmod(0o755)
    return Systemd(folder / "units", (str(program),))


def unit(data: Path = SHARED, user: str | None = "krausen") -> Unit:
    return Unit(KRAUSEN, data, user)


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_unit_in_the_repository_is_the_one_that_is_installed() -> None:
    assert (ROOT / "deploy" / "krausen.service").read_text() == unit().text()


def test_agents_outlive_the_process_manager_and_it_comes_back_only_after_a_failure() -> None:
    for user in ("krausen", None):
        text = lines(unit(user=user).text())
        assert {"Type=notify", "KillMode=process", "Restart=on-failure", "WatchdogSec=60"} <= set(text)


@pytest.mark.parametrize("user", ["krausen", None])
def test_nothing_stands_between_it_and_pins_probes_and_serial_lines(user: str | None) -> None:
    closing = (
        "PrivateDevices",
        "DevicePolicy",
        "DeviceAllow",
        "ProtectKernelTunables",
        "ProtectClock",
        "ProtectHome",
        "RestrictAddressFamilies",
        "PrivateNetwork",
        "MemoryDenyWriteExecute",
    )
    text = lines(unit(user=user).text())
    assert not [line for line in text if line.startswith(closing)]
    assert "NoNewPrivileges=yes" in text


def test_the_unit_of_a_user_needs_no_user_namespace_where_his_groups_would_not_count() -> None:
    text = lines(unit(user=None).text())
    assert not [line for line in text if line.startswith(("Protect", "Private", "User="))]
    assert "WantedBy=default.target" in text


def test_odd_characters_are_kept_from_systemd() -> None:
    text = unit(Path('/a b/50%/"x"\\$HOME'), None).text()
    assert 'Environment="KRAUSEN_DATA=/a b/50%%/\\"x\\"\\\\$HOME"' in text
    odd = Unit(("/opt/my $krausen/python", "-m", "krausen"), SHARED, None).text()
    assert 'ExecStart="/opt/my $$krausen/python" -m krausen up --unless-stopped' in odd


@given(data=folders)
def test_a_unit_is_found_again_by_its_data_folder(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    systemd = Systemd(tmp_path_factory.mktemp("units"), ())
    (systemd.units / "krausen-2.service").write_text(unit(data).text())
    assert systemd.unit_of(data) == "krausen-2"
    assert systemd.unit_of(data / "other") is None


def test_it_is_written_enabled_and_started(tmp_path: Path) -> None:
    systemd = systemctl(tmp_path, "exit 0")
    file = systemd.install("krausen", unit())
    assert file.read_text() == unit().text()
    told = ["daemon-reload", "enable krausen.service", "restart krausen.service"]
    assert (tmp_path / "told").read_text().splitlines() == told
    systemd.uninstall("krausen")
    assert not file.exists()
    told += ["disable --now krausen.service", "daemon-reload"]
    assert (tmp_path / "told").read_text().splitlines() == told


def test_a_unit_of_another_data_folder_is_not_overwritten(tmp_path: Path) -> None:
    systemd = systemctl(tmp_path, "exit 0")
    systemd.install("krausen", unit())
    with pytest.raises(OperatorNeeded, match=r"is for /var/lib/krausen\. Choose another name"):
        systemd.install("krausen", unit(Path("/cider")))
    assert (systemd.units / "krausen.service").read_text() == unit().text()
    assert systemd.install("krausen", unit(user=None)).read_text() == unit(user=None).text()


def test_what_systemd_refuses_is_told_with_the_command_by_hand(tmp_path: Path) -> None:
    systemd = systemctl(tmp_path, "echo 'Access denied' >&2; exit 4")
    with pytest.raises(
        OperatorNeeded, match=r"Access denied By hand: sudo \S*systemctl start krausen.service"
    ):
        systemd.start("krausen")


@pytest.mark.parametrize("state", ["active", "activating"])
def test_what_is_being_started_is_not_started_again(tmp_path: Path, state: str) -> None:
    systemctl(tmp_path, f"echo {state}").start("krausen")
    assert (tmp_path / "told").read_text() == "is-active krausen.service\n"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    systemd = systemctl(tmp_path, "exit 0")
    systemd.units.write_text("in the way")
    with pytest.raises(OperatorNeeded, match="cannot be written"):
        systemd.install("krausen", unit())


def test_a_machine_without_systemd_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperatorNeeded, match="There is no systemd"):
        Systemd(tmp_path, (str(tmp_path / "systemctl"),)).check()
    assert linger(str(tmp_path / "loginctl")) is False


def test_a_folder_that_no_unit_can_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperatorNeeded, match="line break"):
        systemctl(tmp_path, "exit 0").install("krausen", unit(Path("/two\nlines")))


def test_the_unit_of_a_user_is_where_his_settings_are(tmp_path: Path) -> None:
    assert Systemd.of_user({"XDG_CONFIG_HOME": "/conf"}).units == Path("/conf/systemd/user")
    assert Systemd.of_user({"XDG_CONFIG_HOME": "conf"}).units == Path.home() / ".config" / "systemd" / "user"
    assert unit_for(tmp_path) is None
