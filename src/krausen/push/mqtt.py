"""A conversation with an MQTT broker, through aiomqtt."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from socket import socket
from typing import Any, TypeVar, cast

import aiomqtt

from krausen.errors import TargetBusy, TargetRefused
from krausen.ports.target import Broker
from krausen.push.addresses import first_of
from krausen.push.wording import why

ALIVE_S = 30
"""A broker that hears nothing for so long is told that we are there."""
MOST_HEARD = 1_000
"""Messages that wait to be heard; later ones are left out."""

_PROOF = frozenset({134, 135})
"""The codes with which brokers refuse a login (MQTT 5.0, 3.2.2.2), in which the library tells older ones."""
_REFUSED = 128
"""From here on the code for a subscription is a refusal (MQTT 3.1.1, 3.9.3)."""

R = TypeVar("R")


@asynccontextmanager
async def conversation(
    broker: Broker, addresses: Sequence[str], tls: ssl.SSLContext | None, patience_s: float
) -> AsyncIterator["MqttLine"]:
    """Converse with a broker at one of the addresses of its host.

    Raises TargetRefused for a login that it refuses, TargetBusy for all else.
    """

    async def connect(address: str) -> aiomqtt.Client:
        client = _client(broker, address, tls, patience_s)
        await _entered(client)
        return client

    with _told(broker):
        client = await first_of(addresses, connect, aiomqtt.MqttError)
    try:
        yield MqttLine(client, broker)
    finally:
        await _left(client)


class MqttLine:
    """An open line to a broker. Every call raises TargetBusy when it breaks."""

    def __init__(self, client: aiomqtt.Client, broker: Broker) -> None:
        self._client = client
        self._broker = broker

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish, and wait until the broker has taken it."""
        await self._done(self._client.publish(topic, payload, qos=1, retain=retain))

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Hear topics from now on."""
        granted = await self._done(self._client.subscribe([(topic, 1) for topic in topics]))
        if any(_number(code) >= _REFUSED for code in granted):
            raise TargetBusy(f"The broker does not let us hear {', '.join(topics)}: see to our rights there.")

    async def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """Give what is heard, topic and payload."""
        with _told(self._broker):
            async for message in self._client.messages:
                payload = message.payload
                if isinstance(payload, bytes | bytearray):
                    yield message.topic.value, bytes(payload)

    async def _done(self, call: Awaitable[R]) -> R:
        with _told(self._broker):
            return await call


class _Named:
    """A TLS context for a connection to an address that a name stood for; the certificate is for the name."""

    def __init__(self, tls: ssl.SSLContext, name: str, patience_s: float) -> None:
        self._tls = tls
        self._name = name
        self._patience_s = patience_s
        self.check_hostname = tls.check_hostname

    def wrap_socket(self, plain: socket, **options: Any) -> ssl.SSLSocket:
        """Begin TLS on a socket. The library would leave one open whose certificate does not hold."""
        wrapped = self._tls.wrap_socket(plain, **{**options, "server_hostname": self._name})
        wrapped.settimeout(self._patience_s)
        try:
            wrapped.do_handshake()
        except OSError:
            wrapped.close()
            raise
        return wrapped


def _client(broker: Broker, address: str, tls: ssl.SSLContext | None, patience_s: float) -> aiomqtt.Client:
    will = None if broker.will is None else aiomqtt.Will(broker.will[0], broker.will[1], qos=1, retain=True)
    named = None if tls is None else cast("ssl.SSLContext", _Named(tls, broker.place.host, patience_s))
    return aiomqtt.Client(
        address,
        broker.place.port,
        username=broker.login or None,
        password=broker.password or None,
        identifier=broker.client,
        clean_session=True,
        will=will,
        tls_context=named,
        timeout=patience_s,
        keepalive=ALIVE_S,
        max_queued_incoming_messages=MOST_HEARD,
    )


async def _entered(client: aiomqtt.Client) -> None:
    """Connect. The library does it in a thread, which whoever is cancelled meanwhile cannot stop."""
    gone = asyncio.Event()
    connecting = asyncio.get_running_loop().create_task(_enter(client, gone))
    try:
        await asyncio.shield(connecting)
    except asyncio.CancelledError:
        gone.set()
        raise


async def _enter(client: aiomqtt.Client, gone: asyncio.Event) -> None:
    """Connect, and take leave again of a broker to which nobody wants to speak any more."""
    try:
        await client.__aenter__()
    except aiomqtt.MqttError:
        client._client.disconnect()  # a line on which no welcome came would stay open
        if not gone.is_set():
            raise
    else:
        if gone.is_set():
            await _left(client)


async def _left(client: aiomqtt.Client) -> None:
    with suppress(aiomqtt.MqttError):  # whoever is gone need not be taken leave of
        await client.__aexit__(None, None, None)


@contextmanager
def _told(broker: Broker) -> Iterator[None]:
    """Raise in our words what breaks in the library's."""
    try:
        yield
    except aiomqtt.MqttCodeError as error:
        if _is_reason(error.rc) and _number(error.rc) in _PROOF:
            raise TargetRefused("The broker does not accept our login. Check name and password.") from error
        raise TargetBusy(f"The broker at {broker.place.host} does not take it: {error.rc}.") from error
    except (aiomqtt.MqttError, OSError, ValueError) as error:
        told = f"There is no conversation with the broker at {broker.place.host}"
        raise TargetBusy(f"{told}: {why(error)}.") from error


def _is_reason(code: Any) -> bool:
    """Tell whether the broker gave a code; the library's own are numbers."""
    return not isinstance(code, int)


def _number(code: Any) -> int:
    """Give the number of what the library calls a reason, an object or a number."""
    return int(getattr(code, "value", code))
