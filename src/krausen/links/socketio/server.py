"""The server's end: lets agents in at `/socket.io/`, in front of a web application."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, Generic, NoReturn, TypeVar

import structlog

from krausen.errors import KrausenError, LinkLost
from krausen.links.socketio import EVENT, LARGEST_PACKET, NAMESPACE
from krausen.links.socketio.connection import Connection, Message, Receive, Send
from krausen.links.socketio.library import for_answering, silent_logger
from krausen.links.socketio.line import Line, understood
from krausen.wire.messages import FromAgent, FromServer, Turned, encode, from_agent
