"""MQTT against Debian's mosquitto, and against brokers that behave worse."""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec import json
from msgspec.structs import replace

from krausen.errors import TargetBusy, TargetRefused
from krausen.model.setpoint import Mode
from krausen.ports.target import Broker, Line, Place, SensorNow, Shipment, VesselNow
from krausen.push.courier import NetCourier
from krausen.push.targets import home_assistant, mqtt
from tests.unit.protocols.home_assistant_rules import faults
from tests.unit.push.servers import PEM, Serving, server, trusting

pytestmark = pytest.mark.anyio
needs_mosquitto = pytest.mark.needs("mosquitto")

QUICK = 0.05
FASS = VesselNow(
    id="fass",
    number=1,
    name="Fass",
    at=1,
    mode=Mode.BEER,
    beer=18.3,
    beer_setpoint=18.0,
    lowest=0.0,
    highest=26.0,
)
RED = SensorNow(id="s7", number=1, name="Red", kind="tilt", at=1, gravity=1.042)


class Mosquitto:
    """A broker with one login, in the open and through TLS, that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.port, self.tls_port = _free_port(), _free_port()
        self._settings = folder / "mosquitto.conf"
        passwords = folder / "passwords"
        passwords.touch(mode=0o600)
        subprocess.run(["mosquitto_passwd", "-b", passwords, "anna", "opensesame"], check=True)
        self._settings.write_text(
            f"user root\nallow_anonymous false\npassword_file {passwords}\nlistener {self.port} 127.0.0.1\n"
            f"listener {self.tls_port} 127.0.0.1\ncertfile {PEM}\nkeyfile {PEM}\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(["mosquitto", "-c", self._settings], stdout=quiet, stderr=quiet)
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.tls_port), 1.0):
                return

    def stop(self) -> None:
        """Stop it; what was retained is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path)
    broker.start()
    yield broker
    broker.stop()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def broker_at(port: int, **other: Any) -> Broker:
    place = Place(host=other.pop("host", "127.0.0.1"), port=port, tls=other.pop("tls", False))
    return Broker(place=place, **{"client": "test", "login": "anna", "password": "opensesame", **other})


@asynccontextmanager
async def hearing(port: int, *topics: str) -> AsyncIterator[tuple[Line, dict[str, bytes]]]:
    """Give a line on which the newest message of some topics is kept."""
    heard: dict[str, bytes] = {}

    async def hear(line: Line) -> None:
        async for topic, payload in line.messages():
            heard.update({topic: payload})

    async with NetCourier().line(broker_at(port, client="listener")) as line:
        await line.subscribe(topics)
        task = asyncio.get_running_loop().create_task(hear(line))
        yield line, heard
        task.cancel()


async def until(is_so: Callable[[], object]) -> None:
    for _ in range(1_000):
        if is_so():
            return
        await asyncio.sleep(0.01)
    raise AssertionError


@asynccontextmanager
async def attending(port: int, vessels: "Wishing") -> AsyncIterator["asyncio.Task[Any]"]:
    settings = replace(SETTINGS, port=port)
    task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(
        home_assistant.attend(settings, NetCourier(), vessels)
    )
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, TargetBusy):
            await task


SETTINGS = home_assistant.Settings(host="127.0.0.1", login="anna", password="opensesame", may_set=True)


class Wishing:
    """A vessel that follows every wish at once."""

    def __init__(self) -> None:
        self._vessel = FASS
        self._changed = asyncio.Event()

    async def wish(self, vessel: str, mode: Mode, value: float | None, _: str) -> None:
        assert vessel == "fass"
        self._vessel = replace(self._vessel, mode=mode, beer_setpoint=value)
        self._changed.set()

    async def vessels(self) -> AsyncIterator[Sequence[VesselNow]]:
        while True:
            self._changed.clear()
            yield (self._vessel,)
            await self._changed.wait()


@needs_mosquitto
async def test_a_wrong_password_is_refused(mosquitto: Mosquitto) -> None:
    with pytest.raises(TargetRefused, match="does not accept our login"):
        async with NetCourier().line(broker_at(mosquitto.port, password="guessed")):
            raise AssertionError


@needs_mosquitto
async def test_a_broker_is_spoken_to_by_name_through_tls(mosquitto: Mosquitto) -> None:
    safe = broker_at(mosquitto.tls_port, host="localhost", tls=True)
    async with NetCourier(tls=trusting()).line(safe) as line:
        await line.publish("a", b"1")
    with pytest.raises(TargetBusy, match=r"certificate does not hold .*self-signed"):
        async with NetCourier().line(safe):
            raise AssertionError
    with pytest.raises(TargetBusy, match=r"certificate does not hold .*mismatch"):
        async with NetCourier(tls=trusting()).line(broker_at(mosquitto.tls_port, tls=True)):
            raise AssertionError


@needs_mosquitto
async def test_values_are_published_and_kept_for_whoever_comes_later(mosquitto: Mosquitto) -> None:
    settings = mqtt.Settings(host="127.0.0.1", port=mosquitto.port, login="anna", password="opensesame")
    shipment = Shipment(now=1, every_s=60.0, vessels=(FASS,), sensors=(RED,))
    await mqtt.send(settings, shipment, NetCourier())
    async with hearing(mosquitto.port, "krausen/#") as (_, heard):
        await until(lambda: "krausen/sensor/s7/gravity" in heard)
    assert heard["krausen/vessel/fass/beer"] == b"18.3"
    assert "krausen/vessel/fass/gravity" not in heard


@needs_mosquitto
async def test_home_assistant_finds_sets_and_loses_a_vessel(mosquitto: Mosquitto) -> None:
    config, state = "homeassistant/device/krausen/vessel_fass/config", "krausen/vessel_fass/state"
    gone = "homeassistant/device/krausen/vessel_gone/config"
    async with hearing(mosquitto.port, "homeassistant/#", "krausen/#") as (line, heard):
        await line.publish(gone, b"{}", retain=True)
        await line.publish("krausen/vessel_fass/set/temperature", b"5", retain=True)
        async with attending(mosquitto.port, Wishing()):
            await until(lambda: state in heard and heard[gone] == b"")
            assert heard["krausen/status"] == b"online"
            assert not faults(config, json.decode(heard[config]), json.decode(heard[state]))
            assert json.decode(heard[state])["target"] == 18.0
            await until(lambda: "krausen/ready" in heard)
            await line.publish("krausen/vessel_fass/set/temperature", b"16.5")
            await until(lambda: json.decode(heard[state])["target"] == 16.5)
            await line.publish("krausen/vessel_fass/set/mode", b"off")
            await until(lambda: json.decode(heard[state])["hvac_mode"] == "off")
        assert heard["krausen/status"] == b"offline"


@needs_mosquitto
async def test_the_broker_says_that_we_are_gone_when_our_line_is_cut(mosquitto: Mosquitto) -> None:
    async with hearing(mosquitto.port, "krausen/status") as (_, heard):
        lines: list[asyncio.StreamWriter] = []
        async with server(passing_on(mosquitto.port, lines)) as port, attending(port, Wishing()) as task:
            await until(lambda: heard.get("krausen/status") == b"online")
            for line in lines:
                line.transport.abort()
            with pytest.raises(TargetBusy, match="no conversation with the broker"):
                await asyncio.wait_for(task, 10.0)
        await until(lambda: heard["krausen/status"] == b"offline")


@needs_mosquitto
async def test_a_conversation_ends_with_its_broker_and_begins_anew_with_it(mosquitto: Mosquitto) -> None:
    wishing = Wishing()
    async with attending(mosquitto.port, wishing) as task:
        async with hearing(mosquitto.port, "krausen/status") as (_, heard):
            await until(lambda: heard.get("krausen/status") == b"online")
        mosquitto.stop()
        with pytest.raises(TargetBusy, match="no conversation with the broker"):
            await asyncio.wait_for(task, 10.0)
    with pytest.raises(TargetBusy, match="nothing listens there"):
        await home_assistant.attend(replace(SETTINGS, port=mosquitto.port), NetCourier(), wishing)
    mosquitto.start()
    async with hearing(mosquitto.port, "krausen/status") as (_, heard), attending(mosquitto.port, wishing):
        await until(lambda: heard.get("krausen/status") == b"online")


async def never(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    while await reader.read(100):
        pass


async def chatter(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.parametrize("serve", [never, chatter, hang_up], ids=lambda serve: serve.__name__)
async def test_whatever_a_broker_says_instead_of_welcome_is_given_up_in_time(serve: Serving) -> None:
    async with asyncio.timeout(10.0), server(serve) as port:
        with pytest.raises(TargetBusy, match="broker at 127"):
            async with NetCourier(QUICK).line(broker_at(port)):
                raise AssertionError


@pytest.mark.parametrize("welcome", [b"", b"\x20\x02\x00\x00"], ids=["silent", "late"])
async def test_nobody_stays_on_the_line_who_did_not_wait_for_the_broker(welcome: bytes) -> None:
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        writer.write(welcome)
        while await reader.read(100):
            pass
        ended.set()

    async with asyncio.timeout(10.0), server(serve) as port:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05), NetCourier(QUICK).line(broker_at(port)):
                raise AssertionError
        await ended.wait()


def passing_on(port: int, lines: list[asyncio.StreamWriter]) -> Callable[..., Awaitable[None]]:
    """Pass everything on to a port and back, and keep both lines."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection("127.0.0.1", port)
        lines.extend([writer, forth])
        try:
            await asyncio.gather(_pass(reader, forth), _pass(back, writer), return_exceptions=True)
        finally:
            forth.close()

    return serve


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(4096):
        writer.write(piece)
    writer.close()
