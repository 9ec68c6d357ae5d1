"""What the calls give back. Times are aware, in UTC, exact to the millisecond."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Quality = Literal["good", "doubtful", "bad"]


@dataclass(frozen=True, slots=True)
class Sent:
    """How many rows the server accepted, and how many readings were in them."""

    rows: int = 0
    readings: int = 0

    def __add__(self, other: "Sent") -> "Sent":
        return Sent(self.rows + other.rows, self.readings + other.readings)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what was sent.

    `row` is the number of the row among those the caller gave, from 0, and `field` what is wrong in it,
    such as `node` or `data/temperature`. Where the fault is in no row, `row` is None and `field` a place in
    the request.
    """

    message: str
    row: int | None = None
    field: str = ""

    def __str__(self) -> str:
        where = self.field if self.row is None else f"row {self.row}, {self.field}".removesuffix(", ")
        return f"{where}: {self.message}" if where else self.message


@dataclass(frozen=True, slots=True)
class Reading:
    """A value of a series at a time."""

    t: datetime
    v: float
    quality: Quality = "good"


@dataclass(frozen=True, slots=True)
class Series:
    """One quantity over time, and what is stored of it. `unit` is empty where it is unknown."""

    id: str
    adapter: str
    node: str
    metric: str
    unit: str
    first: datetime | None
    last: datetime | None
    count: int
    latest: Reading | None


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest reading of a series."""

    id: str
    adapter: str
    node: str
    metric: str
    t: datetime
    v: float
    quality: Quality


@dataclass(frozen=True, slots=True)
class Curve:
    """A series as columns for drawing; `t` is in UTC milliseconds.

    Either all points are in `v`, or `min`, `mean` and `max` are those of the bucket from `t` on; the other
    columns are None. Points more than `gap_s` seconds apart are not to be joined.
    """

    id: str
    t: list[int]
    gap_s: float | None = None
    v: list[float] | None = None
    min: list[float] | None = None
    mean: list[float] | None = None
    max: list[float] | None = None


@dataclass(frozen=True, slots=True)
class LiveReading:
    """A reading as it was announced, by the id of its series."""

    series: str
    t: datetime
    v: float
    quality: Quality = "good"


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel said.

    `message` is as the server sent it, and `readings` are those in it. `gap` tells that the server could
    not give everything since the message before: read again what must be whole. `seq` resumes: hand it to
    `listen` as `since`. `by` is who published it, where somebody did.
    """

    channel: str
    seq: str
    time: datetime
    message: Any
    by: str = ""
    published: bool = False
    gap: bool = False
    readings: Sequence[LiveReading] = field(default=())
