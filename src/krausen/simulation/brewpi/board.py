"""An emulated board as its host meets it: bytes in, bytes out, and a second at a time.

The lines are those of the public firmwares, in their order: BrewPi/firmware (branch legacy) for the AVR,
thorrak/brewpi-esp8266 for the ESP.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from krausen.errors import Invalid
from krausen.protocols.brewpi import commands, devices, lcd, messages, requests, slots
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.commands import Command, Outgoing
from krausen.protocols.brewpi.cycle import memory
from krausen.protocols.brewpi.devices import PROBES, Device, Function
from krausen.protocols.brewpi.extras import Wireless
from krausen.protocols.brewpi.framing import line
from krausen.protocols.brewpi.logs import Log, LogKind
from krausen.protocols.brewpi.messages import Defined, Message
from krausen.protocols.brewpi.requests import (
    AlterExtended,
    Ask,
    Define,
    Erase,
    FindHardware,
    KeepNames,
    ListInstalled,
    Request,
)
from krausen.protocols.brewpi.temperatures import Raw, RawProbes
from krausen.protocols.brewpi.version import Names
from krausen.simulation.brewpi.changing import changed
from krausen.simulation.brewpi.firmware import Firmware

NETWORK = Wireless("krausen", -61)
CAMERA_LIGHT = -2
NO_BRACE, UNKNOWN_COMMAND, UNCONFIRMED = 10, 1, 23
CONNECTED, SWITCHED = 0, 11
CONSTANTS_LOADED, SETTINGS_LOADED, ERASED = 13, 14, 15
_RESTARTS = {Ask.RESTART, Ask.FLASH, Ask.FORGET_NETWORK}


class Board:
    """A board with one host at a time, or several that each have their own line to it."""

    def __init__(self, firmware: Firmware, *, wireless: bool = True) -> None:
        self.firmware = firmware
        self._wireless = wireless
        self._family = firmware.model.family

    def take(self, state: Outgoing, chunk: bytes) -> tuple[Outgoing, bytes]:
        """Take what a host sent; give what is left of it and the answer.

        What follows a command that starts the board anew is lost, and so is all while it starts.
        """
        if not self.firmware.is_up:
            return Outgoing(), b""
        state, found = commands.take(self._family, state, chunk)
        said: list[str] = []
        starts = self.firmware.starts
        for command in found:
            said += self._obey(command)
            if self.firmware.starts != starts:
                return Outgoing(), _bytes(said)
        return state, _bytes(said)

    def expire(self, state: Outgoing) -> bytes:
        """Give what comes of a command whose rest did not come in time; its state is fresh then."""
        command = commands.expire(self._family, state) if self.firmware.is_up else None
        return b"" if command is None else _bytes(self._obey(command))

    def second(self) -> bytes:
        """Let a second pass; give what the board says of its own accord."""
        passed = self.firmware.second()
        said = [self._written(memory.note(one, self.firmware.constants.unit)) for one in passed.lessons]
        if passed.started:
            said += map(self._connected, self._probes_in_use())
        if passed.door_moved:
            note = f"Fridge door {'opened' if self.firmware.door_open else 'closed'}"
            said.append(self._written(self.firmware.temperatures(fridge_note=note)))
        if passed.state_changed and self._family is Family.ESP:
            said.append(self._written(self.firmware.temperatures()))
        return _bytes(said)

    def _obey(self, command: Command) -> Iterator[str]:
        if command.wrong:
            yield f"Error deserializing JSON data {command.wrong}"
        if command.letter == "j":
            yield from self._missing(command)
            yield from changed(self.firmware, command.body)
            yield self._written(memory.settings(self.firmware.running))
            yield self._written(self.firmware.constants)
            return
        request = self._understood(command)
        if request is None:
            yield self._unknown(command.letter)
        elif isinstance(request, ListInstalled | FindHardware):
            yield from self._listed(request, self._missing(command))
        else:
            yield from self._missing(command)
            yield from self._answers(request)

    def _understood(self, command: Command) -> Request | None:
        """Read a command without the values that are none; None for one that the firmware does not have."""
        try:
            request = requests.decode(command, self._family, self.firmware.constants.unit)
        except Invalid as failure:
            wrong = {fault.where[1:] for fault in failure.faults}
            body = tuple(pair for pair in command.body if pair[0] not in wrong)
            return None if len(body) == len(command.body) else self._understood(Command(command.letter, body))
        return None if request in (Ask.DUMP, Ask.ZAP) else request

    def _missing(self, command: Command) -> Iterator[str]:
        if command.missing is not None:
            yield self._written(Log(LogKind.ERROR, NO_BRACE, (command.missing,)))

    def _unknown(self, letter: str) -> str:
        if self._family is Family.ESP:
            return f'Invalid command received "{letter}" (0x{ord(letter):02X})'
        return self._written(Log(LogKind.WARNING, UNKNOWN_COMMAND, (ord(letter),)))

    def _answers(self, request: Request) -> Iterator[str]:
        match request:
            case Define():
                yield from self._defined(request)
            case Erase(confirmed=False):
                yield self._written(Log(LogKind.ERROR, UNCONFIRMED))
            case Erase():
                self.firmware.erase()
                yield self._written(Log(LogKind.NOTE, ERASED))
            case KeepNames():
                self.firmware.name(request.names)
            case AlterExtended():
                self.firmware.extend(request.extended)
                yield self._written(self.firmware.kept.extended)
            case Ask():
                yield from self._asked(request)

    def _asked(self, asked: Ask) -> Iterator[str]:
        firmware = self.firmware
        if asked in _RESTARTS:
            firmware.restart()
        elif asked is Ask.DEFAULT_CONSTANTS:
            firmware.load_default_constants()
            yield self._written(firmware.constants)
            yield self._written(Log(LogKind.NOTE, CONSTANTS_LOADED))
        elif asked is Ask.DEFAULT_SETTINGS:
            firmware.load_default_settings()
            yield self._written(memory.settings(firmware.running))
            yield self._written(Log(LogKind.NOTE, SETTINGS_LOADED))
        elif asked is Ask.NETWORK and not self._wireless:
            yield 'Command "W" not implemented. WiFi info not available when WiFi is disabled'
        else:
            told = _TOLD.get(asked)
            # Buzzer and light answer nothing.
            if told is not None:
                yield self._written(told(firmware))

    def _defined(self, wanted: Define) -> Iterator[str]:
        outcome = self.firmware.define(wanted)
        yield from map(self._written, outcome.logs)
        if outcome.answer is not None:
            yield self._written(Defined(outcome.answer))

    def _listed(self, asked: ListInstalled | FindHardware, missing: Iterable[str]) -> Iterator[str]:
        """Write a list; an AVR prints what it has to log in the middle of it, an ESP before it."""
        entries = self._installed(asked) if isinstance(asked, ListInstalled) else self._found(asked)
        head = "d:[" if isinstance(asked, ListInstalled) else "h:["
        if self._family is Family.ESP:
            listed = list(entries)
            yield from (log for logs, _ in listed for log in logs)
            yield f"{head}{','.join(text for _, text in listed)}]"
            return
        written = head + "".join(f"{log}\r\n" for log in missing)
        for place, (logs, text) in enumerate(entries):
            written += "".join(f"{log}\r\n" for log in logs) + ("," if place else "") + text
        yield f"{written}]"

    def _installed(self, asked: ListInstalled) -> Iterator[tuple[list[str], str]]:
        if asked.slot == CAMERA_LIGHT:
            if asked.write is not None:
                self.firmware.light(on=asked.write)
            return
        for device in slots.installed(self.firmware.kept.slots, asked):
            logs: list[str] = []
            if asked.write is not None and device.type is devices.DeviceType.OUTPUT:
                self.firmware.switch(device, on=asked.write)
                logs = [self._written(Log(LogKind.NOTE, SWITCHED, (int(asked.write),)))]
            yield logs, self._entry(self.firmware.valued(device), with_value=asked.values)

    def _found(self, asked: FindHardware) -> Iterator[tuple[list[str], str]]:
        firmware = self.firmware
        for device in slots.found(firmware.model.hardware(), firmware.kept.slots, asked):
            reads = asked.values and device.hardware in PROBES
            shown = firmware.valued(device) if reads else device
            yield [self._connected(device)] if reads else [], self._entry(shown, with_value=reads)

    def _entry(self, device: Device, *, with_value: bool) -> str:
        # Nothing is known of the value of an empty slot.
        with_value = with_value and (device.function is not Function.NONE or device.hardware in PROBES)
        return devices.encode(device, self.firmware.constants.unit, self._family, with_value=with_value)

    def _probes_in_use(self) -> Iterator[Device]:
        return (one for one in self.firmware.fitted.values() if self.firmware.read(one) is not None)

    def _connected(self, probe: Device) -> str:
        # An ESP has one bus and does not tell its pin.
        pin = 0 if self._family is Family.ESP else probe.pin
        return self._written(Log(LogKind.NOTE, CONNECTED, (pin, probe.address)))

    def _written(self, message: Message) -> str:
        return messages.encode(message, self._family, self.firmware.constants.unit)


def _bytes(said: Iterable[str]) -> bytes:
    return b"".join(map(line, said))


def _raw(firmware: Firmware) -> RawProbes:
    read = ((probe.address, firmware.read(probe)) for probe in firmware.model.hardware())
    names = firmware.kept.names
    return RawProbes(
        tuple(
            Raw(address, value_c, names.get(address, "")) for address, value_c in read if value_c is not None
        )
    )


_TOLD: Mapping[Ask, Callable[[Firmware], Message]] = {
    Ask.VERSION: lambda firmware: firmware.model.version,
    Ask.TEMPERATURES: lambda firmware: firmware.temperatures(),
    Ask.SETTINGS: lambda firmware: memory.settings(firmware.running),
    Ask.CONSTANTS: lambda firmware: firmware.constants,
    Ask.VARIABLES: lambda firmware: memory.variables(firmware.running),
    Ask.SCREEN: lambda firmware: lcd.screen(firmware.view(), firmware.running.uptime_s),
    Ask.EXTENDED: lambda firmware: firmware.kept.extended,
    Ask.NAMES: lambda firmware: Names(firmware.kept.names),
    Ask.RAW_PROBES: _raw,
    Ask.NETWORK: lambda _: NETWORK,
}
