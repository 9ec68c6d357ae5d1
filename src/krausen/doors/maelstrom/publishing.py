"""Publishing from outside, the way of its bridge and its debugger."""

from typing import Any

from msgspec import DecodeError, json

from krausen.doors.maelstrom.here import Here
from krausen.ports.door import Answer, Exchange
from krausen.protocols.maelstrom import CHANNELS, NOTICES, read_publication


async def publish(here: Here, request: Exchange, _: int) -> Answer:
    """Pass a text on to its listeners as it is, and to ours as a published message.

    Answered as its clients expect, 200 also for a channel that is not known. Raises Unreadable, Invalid.
    """
    channel, text = read_publication(request.query, request.body)
    if channel not in {*CHANNELS, *NOTICES}:
        return Answer(body=f"Unsupported channel: {channel}".encode())
    if channel in CHANNELS:
        await here.site.publish(channel, _message(text))
    here.site.pass_on({"channel": channel, "data": text})
    return Answer(body=b"Posted")


def _message(text: str) -> Any:
    """Give what a text says where it is JSON, else the text."""
    try:
        return json.decode(text)
    except (DecodeError, UnicodeError, RecursionError):
        return text
