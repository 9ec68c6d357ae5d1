"""What was said: lines of the server, its agents, controllers and doors."""

import re
from typing import Annotated

from litestar import get, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from krausen.model.log import LogLevel, source_of_agent
from krausen.server.logs.keeping import fields_of, id_of
from krausen.server.logs.record import KeptLine, Place, Search
from krausen.server.web.call import Call
from krausen.server.web.changes import Why
from krausen.server.web.guards import admin, viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged, wrong
from krausen.wire.instants import iso

_PLACE = re.compile(r"(\d{1,15})-(\d{1,15})", re.ASCII)

Source = Annotated[
    list[str] | None,
    QueryParameter(max_items=50, description="Of this source alone; repeat it for more."),
]
Least = Annotated[LogLevel, QueryParameter(description="The least level that matters.")]
Words = Annotated[
    str,
    QueryParameter(max_length=200, description="Words that the text or the fields have, all, in any case."),
]
Before = Annotated[
    str | None,
    QueryParameter(description="Only what is before this line: the `next` of the page before, or an `id`."),
]


class LogLineBody(Struct, frozen=True, kw_only=True):
    """A line: `level` is debug, info, warning or error, `text` stands by itself, `fields` have its parts."""

    id: str
    time: str
    level: LogLevel
    source: str
    text: str
    fields: dict[str, str]


class LogSourceBody(Struct, frozen=True, kw_only=True):
    """A source of lines: from which level on it tells, and how many of its lines are kept."""

    source: str
    level: LogLevel
    lines: int


class LogLevelWish(Struct, frozen=True, kw_only=True):
    """From which level on a source is to tell."""

    level: LogLevel
    reason: Why = ""


async def asked_for(source: Source = None, level: Least = LogLevel.DEBUG, q: Words = "") -> Search:
    """Give which lines a query asks for."""
    return Search(sources=frozenset(source or ()), least=level, words=tuple(q.split()))


@get("/logs", guards=[viewer], dependencies={"search": Provide(asked_for)}, summary="Read the log")
async def list_log(
    request: Call, search: NamedDependency[Search], before: Before = None, limit: Limit = USUAL
) -> Page[LogLineBody]:
    """Lines that are kept, newest first: of late, and as many as there is room for.

    What an agent says while it is away comes later, and stands where its time puts it. Older lines are in the
    log files of the machine that said them.
    """
    place = None if before is None else _place(before)
    found = await request.site.logs.find(search, place, limit + 1)
    shown = found[:limit]
    return Page([_line(kept) for kept in shown], id_of(shown[-1]) if len(found) > limit else None)


@get("/logs/sources", guards=[viewer], summary="List who says something")
async def list_log_sources(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[LogSourceBody]:
    """The server and its agents, and who else has said something or has a level of its own, by name."""
    agents = {source_of_agent(agent.name) for agent in await request.site.catalog.agents()}
    page = paged(sorted({*agents, *request.site.logs.sources()}), limit, cursor)
    return Page([_source(request, source) for source in page.items], page.next)


@put("/logs/sources/{source:path}", guards=[admin], summary="Choose from which level on a source tells")
async def choose_log_level(
    request: Call, source: FromPath[str], data: JSONBody[LogLevelWish]
) -> LogSourceBody:
    """The source, which follows at once and goes on so after a restart.

    What it says below that level is not kept here. The files of a process have everything from info on in
    any case, and with `debug` that too.
    """
    name = source.removeprefix("/")
    await request.site.logs.levels.choose(name, data.level, request.caller, data.reason)
    return _source(request, name)


def _place(text: str) -> Place:
    found = _PLACE.fullmatch(text)
    if found is None:
        raise wrong("before", "This is no line that was given here.")
    return int(found[1]), int(found[2])


def _line(kept: KeptLine) -> LogLineBody:
    line = kept.line
    return LogLineBody(
        id=id_of(kept),
        time=iso(line.at),
        level=line.level,
        source=line.source,
        text=line.text,
        fields=fields_of(line),
    )


def _source(request: Call, source: str) -> LogSourceBody:
    logs = request.site.logs
    return LogSourceBody(source=source, level=logs.levels.of(source), lines=logs.lines(source))
