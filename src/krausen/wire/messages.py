"""Every message between agent and server, one tagged struct each, as MessagePack on the wire."""

from typing import Any, TypeVar

from msgspec import DecodeError, Struct, msgpack

from krausen.model.controller import ControllerFacts, ControllerState, Found
from krausen.model.learned import Learned
from krausen.model.level import Demand, Levels
from krausen.model.preflight import PreflightReport
from krausen.model.reading import Reading
from krausen.model.reason import Reason
from krausen.model.series import SeriesName, StoreRule
from krausen.model.setpoint import Setpoint
from krausen.model.vessel import Vessel

LARGEST_FRAME = 256 * 1024
"""Bytes that a frame may have."""


class Hello(Struct, frozen=True, tag=True, kw_only=True):
    """Agent: who I am, and which version of the wire I speak.

    `run` is a text that is made anew at every start of the agent; it tells an agent that has lost its link
    from another one of the same name. `at` is what time it is for the agent, UTC milliseconds; 0 is unknown.
    """

    agent: str
    wire: int
    version: str
    run: str = ""
    at: int = 0


class Declared(Struct, frozen=True, array_like=True):
    """A series that will be reported: its unit, what history shall keep of it, and of what device it is.

    `driver` is the name of what reads or switches the device; like `kind`, it is empty where nobody knows.
    """

    series: SeriesName
    unit: str
    store: StoreRule
    driver: str = ""
    kind: str = ""


class SeriesDeclared(Struct, frozen=True, tag=True):
    """Agent: the series I shall report."""

    series: tuple[Declared, ...]


class ReadingsTaken(Struct, frozen=True, tag=True):
    """Agent: the oldest readings I still hold; `through` is the number of the last, `left` more are owed.

    `given_up` counts the readings that this run of the agent had to drop because nothing had room for them.
    It is told once whenever it has grown, and again over a new link; else it is 0.
    """

    through: int
    readings: tuple[Reading, ...]
    left: int = 0
    given_up: int = 0


class SetpointApplied(Struct, frozen=True, tag=True):
    """Agent: I hold this revision since `at`, UTC milliseconds."""

    vessel: str
    revision: int
    at: int


class SetpointRejected(Struct, frozen=True, tag=True):
    """Agent: I do not hold this revision, and why; the former one stays in force."""

    vessel: str
    revision: int
    detail: str
    at: int


class VesselReport(Struct, frozen=True, tag=True, kw_only=True):
    """Agent: what a vessel's loop demands and what its outputs do. Only the newest matters."""

    vessel: str
    at: int
    demand: Demand
    levels: Levels
    beer: float | None
    chamber: float | None


class ControllerReport(Struct, frozen=True, tag=True, kw_only=True):
    """Agent: how it stands with a controller, and what that tells of itself. Only the newest matters.

    `detail` says in plain words why it is not connected; `facts` are None while it never was.
    """

    controller: str
    at: int
    state: ControllerState
    detail: str = ""
    facts: ControllerFacts | None = None


class ControllerSaid(Struct, frozen=True, tag=True):
    """Agent: a line of a controller's log; `level` is info, warning or error."""

    controller: str
    at: int
    text: str
    level: str = "info"


class ErrandDone(Struct, frozen=True, tag=True):
    """Agent: what became of an errand, told once. `faults` point into its body."""

    id: str
    ok: bool
    detail: str = ""
    faults: tuple[tuple[str, str], ...] = ()


class DevicesFound(Struct, frozen=True, tag=True):
    """Agent: all devices that I see and that nobody uses. Only the newest matters."""

    found: tuple[Found, ...]


class ToldLine(Struct, frozen=True, array_like=True):
    """A line of an agent's log, said so many `times` in a row; `at` by the agent's clock, UTC ms."""

    at: int
    level: str
    text: str
    fields: dict[str, str] = {}
    times: int = 1


class LinesTold(Struct, frozen=True, tag=True, kw_only=True):
    """Agent: what I logged, oldest first. Only to a server whose `Desired` asks for lines.

    `now` is what time it is for the agent; `lost` counts the lines before these that it had no room for.
    """

    lines: tuple[ToldLine, ...]
    now: int
    lost: int = 0


class LearnedTold(Struct, frozen=True, tag=True, kw_only=True):
    """Agent: what was learned of a vessel, as it stood at `at`, None for nothing. Only the newest matters.

    `revision` is that of the last `MemoryWish` that was taken, 0 where there was none.
    """

    vessel: str
    at: int
    learned: Learned | None
    revision: int = 0


class ReasonsTold(Struct, frozen=True, tag=True, kw_only=True):
    """Agent: why a vessel was heated or cooled, oldest first. Only to a server whose `Desired` asks for it.

    `through` numbers the last of them. `given_up` counts those that this run of the agent had no room for; it
    is told whenever it has grown, and again over a new link; else it is 0.
    """

    vessel: str
    reasons: tuple[Reason, ...]
    through: int
    given_up: int = 0


class PreflightTold(Struct, frozen=True, tag=True):
    """Agent: how a pre-flight that was wished for stands. Only the newest of a vessel matters."""

    vessel: str
    id: str
    at: int
    report: PreflightReport


class Welcome(Struct, frozen=True, tag=True):
    """Server: I know you."""

    version: str


class Turned(Struct, frozen=True, tag=True):
    """Server: I cannot work with you, and why."""

    detail: str


class ReadingsStored(Struct, frozen=True, tag=True):
    """Server: everything up to this number is on disk."""

    through: int


class MemoryWish(Struct, frozen=True):
    """What an agent is to know of a vessel from now on: this instead of what it learned, or nothing.

    An agent that has taken another revision takes this one, and remembers its revision.
    """

    revision: int
    learned: Learned | None = None


class ReasonsStored(Struct, frozen=True, tag=True):
    """Server: of this vessel, every reason up to this number is on disk."""

    vessel: str
    through: int


class PreflightWish(Struct, frozen=True):
    """That a vessel's probes and outputs be checked once, begun before `expires_at` (UTC ms) or never.

    With `stop` the one with this id ends. Where there is no such wish, one that runs goes on.
    """

    id: str
    expires_at: int
    stop: bool = False


class VesselOrder(Struct, frozen=True):
    """A vessel as arranged, and the wish for it."""

    vessel: Vessel
    setpoint: Setpoint
    memory: MemoryWish | None = None
    preflight: PreflightWish | None = None


class ControllerOrder(Struct, frozen=True, kw_only=True):
    """A controller that the agent is to speak with: its driver, with settings."""

    name: str
    driver: str
    settings: dict[str, Any] = {}


class Desired(Struct, frozen=True, tag=True):
    """Server: the whole of what I want from you now. State, not commands: an older one is void.

    `lines` is the level from which on the agent is to tell what it logs, empty where it is to tell nothing;
    with `reasons` it is to tell why vessels are heated or cooled, with `learned` what was learned of them.
    """

    vessels: tuple[VesselOrder, ...]
    controllers: tuple[ControllerOrder, ...] = ()
    lines: str = ""
    reasons: bool = False
    learned: bool = False


class Errand(Struct, frozen=True, tag=True, kw_only=True):
    """Server: do this with a controller once, before `expires_at` (UTC ms) or never, and answer once.

    `act` and `body` are as in `ports.controller.Act`.
    """

    id: str
    controller: str
    act: str
    body: dict[str, Any] = {}
    expires_at: int


FromAgent = (
    Hello
    | SeriesDeclared
    | ReadingsTaken
    | SetpointApplied
    | SetpointRejected
    | VesselReport
    | ControllerReport
    | ControllerSaid
    | ErrandDone
    | DevicesFound
    | LinesTold
    | LearnedTold
    | ReasonsTold
    | PreflightTold
)
FromServer = Welcome | Turned | ReadingsStored | ReasonsStored | Desired | Errand
M = TypeVar("M")

_encoder = msgpack.Encoder()
_from_agent: msgpack.Decoder[FromAgent] = msgpack.Decoder(FromAgent)
_from_server: msgpack.Decoder[FromServer] = msgpack.Decoder(FromServer)


def encode(message: FromAgent | FromServer) -> bytes:
    """Give the frame of a message."""
    return _encoder.encode(message)


def from_agent(frame: bytes) -> FromAgent:
    """Read a frame that an agent sent. Raises msgspec.DecodeError on anything else."""
    return _decoded(_from_agent, frame)


def from_server(frame: bytes) -> FromServer:
    """Read a frame that a server sent. Raises msgspec.DecodeError on anything else."""
    return _decoded(_from_server, frame)


def _decoded(decoder: "msgpack.Decoder[M]", frame: bytes) -> M:
    try:
        return decoder.decode(frame)
    except (UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"The frame is no message: {error}.") from error
