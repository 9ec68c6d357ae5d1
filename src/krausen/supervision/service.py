"""Start at boot and after a crash, by a unit of systemd: for a whole machine, or for one user of it."""

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from krausen.errors import OperatorNeeded
from krausen.supervision.boot import DATA

NAME = "krausen"
"""What the names of our units begin with."""
MACHINE = Path("/etc/systemd/system")
_UNIT = """\
# Written by `krausen service install`; `krausen service uninstall` takes it away again.

[Unit]
Description=Krausen watches and holds fermentation temperatures
{after}
[Service]
Type=notify
{user}Environment={data}
ExecStart={command}
# The process manager stops its processes itself; if it is killed, they go on until the next one takes over.
KillMode=process
TimeoutStopSec=60
# Not after `krausen stop`, which ends with success; a hung process manager is one that fails.
Restart=on-failure
RestartSec=1
WatchdogSec=60
{hardening}
[Install]
WantedBy={target}
"""
_AFTER = "After=local-fs.target network.target\n"
_FOR_ALL = """\
NoNewPrivileges=yes
LockPersonality=yes
RestrictSUIDSGID=yes
"""
_FOR_MACHINES = f"""\
# Nothing here closes /dev or /sys: pins, one-wire probes, serial lines and Bluetooth are what it is for.
{_FOR_ALL}ProtectSystem=full
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
"""
_FOR_USERS = f"""\
# What would need a user namespace is left out: there, groups such as gpio and dialout do not count.
{_FOR_ALL}"""


class Unit(Struct, frozen=True):
    """What starts the processes of one data folder; `user` is who they run as, None for whose unit it is."""

    program: tuple[str, ...]
    data: Path
    user: str | None

    def text(self) -> str:
        """Give the file of the unit, as systemd.unit(5), systemd.service(5) and systemd.exec(5) have it."""
        whole = self.user is not None
        return _UNIT.format(
            after=_AFTER if whole else "",
            user=f"User={self.user}\n" if whole else "",
            data=_quoted(f"{DATA}={self.data}"),
            command=" ".join(_of_command(word) for word in (*self.program, "up", "--unless-stopped")),
            hardening=_FOR_MACHINES if whole else _FOR_USERS,
            target="multi-user.target" if whole else "default.target",
        )


class Systemd(Struct, frozen=True):
    """That of the machine, or that of a user. `units` is its folder; `words` begin its command."""

    units: Path
    words: tuple[str, ...]

    @classmethod
    def of_machine(cls) -> "Systemd":
        """Give the one that starts what the machine needs."""
        return cls(MACHINE, ("systemctl", "--no-ask-password"))

    @classmethod
    def of_user(cls, environment: Mapping[str, str] = os.environ) -> "Systemd":
        """Give the one that starts what this user wants."""
        kept = environment.get("XDG_CONFIG_HOME", "")
        folder = Path(kept) if Path(kept).is_absolute() else Path("~/.config").expanduser()
        return cls(folder / "systemd" / "user", ("systemctl", "--user"))

    def unit_of(self, data: Path) -> str | None:
        """Give the name of the unit that starts the processes of a data folder; None when there is none."""
        files = sorted(self.units.glob(f"{NAME}*.service"))
        return next((file.stem for file in files if _data_of(file) == str(data)), None)

    def check(self) -> None:
        """Raise OperatorNeeded when no systemd answers."""
        done = self._called("show", "--property=Version")
        if done.returncode != 0:
            raise OperatorNeeded(done.stderr.strip().partition("\n")[0])

    def install(self, name: str, unit: Unit) -> Path:
        """Write a unit, have it started now and at every boot, and give its file.

        Raises OperatorNeeded when that name is taken by another data folder, the file cannot be written or
        systemd refuses.
        """
        _check(unit)
        file = self.units / f"{name}.service"
        other = _data_of(file)
        if other not in {None, str(unit.data)}:
            raise OperatorNeeded(f"{file} is for {other}. Choose another name: --name {NAME}-2.")
        try:
            self.units.mkdir(parents=True, exist_ok=True)
            file.write_text(unit.text(), encoding="utf-8")
        except OSError as error:
            raise OperatorNeeded(f"{file} cannot be written: {error.strerror}.") from error
        self._told("daemon-reload")
        self._told("enable", f"{name}.service")
        self._told("restart", f"{name}.service")
        return file

    def uninstall(self, name: str) -> None:
        """Stop a unit and remove it. Raises OperatorNeeded."""
        file = self.units / f"{name}.service"
        self._told("disable", "--now", file.name)
        try:
            file.unlink()
        except OSError as error:
            raise OperatorNeeded(f"{file} cannot be removed: {error.strerror}.") from error
        self._told("daemon-reload")

    def start(self, name: str) -> None:
        """Have a unit started, unless that is under way. Raises OperatorNeeded when systemd refuses."""
        if self._called("is-active", f"{name}.service").stdout.strip() not in {"active", "activating"}:
            self._told("start", f"{name}.service")

    def _told(self, *words: str) -> None:
        done = self._called(*words)
        if done.returncode != 0:
            command = shlex.join(word for word in (*self.words, *words) if word != "--no-ask-password")
            sudo = "" if "--user" in self.words else "sudo "
            reason = done.stderr.strip().replace("\n", " ") or f"it ended with status {done.returncode}"
            raise OperatorNeeded(f"systemd does not do it: {reason} By hand: {sudo}{command}")

    def _called(self, *words: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "LC_ALL": "C"}
        command = [*self.words, *words]
        try:
            return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        except FileNotFoundError as error:
            raise OperatorNeeded("There is no systemd on this machine.") from error


def linger(program: str = "loginctl") -> bool:
    """Have the systemd of this user run from boot on, not only from his login on; tell if it does."""
    try:
        return subprocess.run([program, "enable-linger"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def unit_for(data: Path) -> tuple[Systemd, str] | None:
    """Give the unit that starts the processes of a data folder, and whose it is; None when there is none."""
    for systemd in (Systemd.of_user(), Systemd.of_machine()):
        name = systemd.unit_of(data)
        if name is not None:
            return systemd, name
    return None


def _check(unit: Unit) -> None:
    if any(not char.isprintable() for word in (*unit.program, str(unit.data)) for char in word):
        raise OperatorNeeded(
            "No unit can name a folder with a line break or a tab. Choose another: --data DIR."
        )


def _quoted(word: str) -> str:
    """Give a word as a unit has it: quoted, and safe from the percent signs that systemd replaces."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if escaped != word or any(char in word for char in " ';#") else word


def _of_command(word: str) -> str:
    """Give a word of a command, where systemd would replace variables too."""
    return _quoted(word.replace("$", "$$"))


def _data_of(file: Path) -> str | None:
    """Give the data folder that a unit names; None when there is no such unit, or it names none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    for line in lines:
        key, _, text = line.partition("=")
        if key.strip() == "Environment":
            name, _, data = _unquoted(text.strip()).partition("=")
            if name == DATA:
                return data
    return None


def _unquoted(text: str) -> str:
    bare = text[1:-1].replace('\\"', '"').replace("\\\\", "\\") if text.startswith('"') else text
    return bare.replace("%%", "%")
