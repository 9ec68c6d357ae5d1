"""Home Assistant, by MQTT: vessels and hydrometers appear by themselves, and setpoints may be set there."""

import asyncio
from contextlib import suppress
from typing import Annotated, NoReturn

from msgspec import Meta, json

from krausen.errors import TargetBusy
from krausen.ports.target import Broker, Courier, PushTarget, Shipment, Wishes
from krausen.protocols.home_assistant import OFFLINE
from krausen.push.brokers import AtBroker
from krausen.push.home_assistant.conversation import Conversation
from krausen.push.home_assistant.devices import Naming, messages_of_sensor, messages_of_vessel, name_of

LEAVE_S = 2.0
"""So long may it take to say that nobody is there any more; then the broker says it."""
_NAME = "^[a-zA-Z0-9_-]{1,40}$"


class Settings(AtBroker, frozen=True, kw_only=True):
    """The broker that Home Assistant listens to, and what it may set."""

    may_set: Annotated[
        bool,
        Meta(
            title="May set",
            description="Home Assistant gets a thermostat for each vessel and may change what is held, "
            "within the limits of the vessel.",
        ),
    ] = False
    base: Annotated[
        str,
        Meta(
            title="Base topic",
            description="One that no other target and no other Krausen uses at this broker.",
            pattern=_NAME,
        ),
    ] = "krausen"
    prefix: Annotated[
        str,
        Meta(title="Discovery prefix", description="As it is set in Home Assistant.", pattern=_NAME),
    ] = "homeassistant"


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Announce every vessel and hydrometer, and say how it is. Raises TargetBusy, TargetRefused."""
    naming = _naming(settings)
    messages = [messages_of_vessel(naming, one, may_set=settings.may_set) for one in shipment.vessels]
    messages += [messages_of_sensor(naming, one) for one in shipment.sensors]
    sensors = [name_of("sensor", one.id) for one in shipment.sensors]
    async with courier.line(_broker(settings, "push")) as line:
        for topic, payload in (message for device in messages for message in device):
            await line.publish(topic, payload, retain=True)
        await line.publish(naming.topic("sensors"), json.encode(sensors), retain=True)


async def attend(settings: Settings, courier: Courier, wishes: Wishes) -> NoReturn:
    """Say at once how vessels are, and take what is set. Raises TargetBusy, TargetRefused."""
    status = _naming(settings).topic("status")
    async with courier.line(_broker(settings, "attend", (status, OFFLINE))) as line:
        try:
            await Conversation(_naming(settings), line, wishes, may_set=settings.may_set).keep()
        finally:
            with suppress(TargetBusy, TimeoutError):  # then its will says so
                async with asyncio.timeout(LEAVE_S):
                    await line.publish(status, OFFLINE, retain=True)


def _naming(settings: Settings) -> Naming:
    return Naming(settings.base, settings.prefix)


def _broker(settings: Settings, purpose: str, will: tuple[str, bytes] | None = None) -> Broker:
    return settings.broker(f"krausen-{settings.base}-{purpose}", will)


TARGET = PushTarget(
    name="home_assistant",
    title="Home Assistant (MQTT)",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    usual_s=60.0,
    attend=attend,
)
