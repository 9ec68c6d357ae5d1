"""Calls without a network: what is asked, what is answered, and the flow of both.

A flow is a generator that yields requests, is sent their answers or has their failures thrown in, and returns
what the call gives. One flow serves both the blocking and the asynchronous client.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: `path` follows that of the interface. Only a repeatable one may arrive twice."""

    method: str
    path: str
    query: Query = ()
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    repeatable: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered; names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Flow = Generator[Request, Answer, T]
