"""A conversation with an MQTT broker, through aiomqtt."""

import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiomqtt

from krausen.errors import TargetBusy, TargetRefused
from krausen.ports.target import Broker

_PROOF = frozenset({4, 5, 134, 135})
"""The codes with which brokers refuse a login (MQTT 3.1.1, 3.2.2.3; 5.0, 3.2.2.2)."""


@asynccontextmanager
async def conversation(
    broker: Broker, tls: ssl.SSLContext | None, patience_s: float
) -> AsyncIterator["MqttLine"]:
    """Converse with a broker. Raises TargetRefused for a login that it refuses, TargetBusy for all else."""
    will = None if broker.will is None else aiomqtt.Will(broker.will[0], broker.will[1], qos=1, retain=True)
    client = aiomqtt.Client(
        broker.place.host,
        broker.place.port,
        username=broker.login or None,
        password=broker.password or None,
        identifier=broker.client,
        will=will,
        tls_context=tls,
        timeout=patience_s,
    )
    try:
        async with client:
            yield MqttLine(client)
    except aiomqtt.MqttCodeError as error:
        code = getattr(error.rc, "value", error.rc)
        if code in _PROOF:
            raise TargetRefused("The broker does not accept our login. Check name and password.") from error
        raise TargetBusy(f"The broker at {broker.place.host} refused: {error}.") from error
    except (aiomqtt.MqttError, OSError) as error:
        raise TargetBusy(f"No conversation with the broker at {broker.place.host}: {error}.") from error


class MqttLine:
    """An open line to a broker. Every call raises TargetBusy when it breaks."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish, and wait until the broker has taken it."""
        await self._client.publish(topic, payload, qos=1, retain=retain)

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Hear topics from now on."""
        await self._client.subscribe([(topic, 1) for topic in topics])

    async def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """Give what is heard, topic and payload."""
        async for message in self._client.messages:
            payload = message.payload
            if isinstance(payload, bytes | bytearray):
                yield message.topic.value, bytes(payload)
