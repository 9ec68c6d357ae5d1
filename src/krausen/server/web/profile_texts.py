"""Profiles as other systems write them: what a text would become, and how one is written out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Literal

from litestar import Response, get, post
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Operation, Schema
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from krausen.errors import Fault, Invalid
from krausen.model.profile import LONGEST_NAME, Profile, ProfileType, Run, faults
from krausen.profiles.form import Locale, Outline, ProfileForm, Unit
from krausen.server.web.call import Call
from krausen.server.web.guards import viewer
from krausen.server.web.instants import read_instant
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, instant_of, paged, wrong
from krausen.server.web.profile_bodies import OutlineBody, events_out, steps_out
from krausen.server.web.times import site_zone
from krausen.wire.instants import iso_or_none

LONGEST = 500_000
"""Letters of a text."""
UNNAMED = "Imported"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

UnitName = Annotated[Unit, QueryParameter(name="unit", description="That of the temperatures.")]
FormName = Annotated[str, QueryParameter(name="form", description="The name of one of `/profiles/forms`.")]
Begin = Annotated[
    str | None, QueryParameter(name="start", description="When it would begin; now, where that is left out.")
]


class FormBody(Struct, frozen=True):
    """A way of writing profiles as text."""

    name: str
    title: str


class ImportWish(Struct, frozen=True, kw_only=True):
    """A text of another system. Its form is found out where none is named.

    `name` and `type` are those of the profile to be. `unit` is that of temperatures which say none; dates
    without a zone are of the site's.
    """

    text: Annotated[str, Meta(max_length=LONGEST)]
    form: str | None = None
    name: str = ""
    type: ProfileType = ProfileType.FERMENTATION
    unit: Literal["C", "F"] = "C"


class ComplaintBody(Struct, frozen=True):
    """What is wrong with a text; `line` counts from 1 and is null where it is not about one."""

    line: int | None
    reason: str


class PreviewBody(Struct, frozen=True, kw_only=True):
    """What a text would become; nothing is stored. Without a profile it cannot be read.

    `start` is when it was followed, where the text says so.
    """

    form: str
    profile: OutlineBody | None
    start: str | None
    complaints: list[ComplaintBody]


@dataclass
class GivesText(Operation):
    """What the description says of the answer, which is text."""

    def __post_init__(self) -> None:
        text = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))
        done = OpenAPIResponse(description="The text.", content={"text/plain": text})
        self.responses = {**(self.responses or {}), "200": done}


@get("/profiles/forms", guards=[viewer], summary="List the text forms of profiles")
async def list_forms(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[FormBody]:
    """Ways in which other systems write profiles, by name."""
    forms = [FormBody(form.name, form.title) for _, form in sorted(request.site.profile_forms.items())]
    return paged(forms, limit, cursor)


@post("/profiles/import", guards=[viewer], status_code=200, summary="Read a profile from text")
async def preview_profile(request: Call, data: JSONBody[ImportWish]) -> PreviewBody:
    """What a text would become. Nothing is stored: add the profile when it is as it should be."""
    form = _form(request.site.profile_forms, data)
    locale = locale_of(await site_zone(request.site), data.unit)
    try:
        outline = form.read(data.text, locale)
    except Invalid as failure:
        return PreviewBody(form=form.name, profile=None, start=None, complaints=_complaints(failure))
    profile = _profile(outline, data)
    return PreviewBody(
        form=form.name,
        profile=OutlineBody(
            name=profile.name,
            type=profile.type,
            steps=steps_out(profile.steps),
            events=events_out(profile.events),
        ),
        start=iso_or_none(outline.start),
        complaints=[ComplaintBody(None, fault.message) for fault in faults(profile)],
    )


@get(
    "/profiles/{id:str}/export", guards=[viewer], operation_class=GivesText, summary="Write a profile as text"
)
async def export_profile(
    request: Call, id: FromPath[str], form: FormName, unit: UnitName = "C", start: Begin = None
) -> Response[str]:
    """A profile as another system writes it. Titles and events, which those do not know, are left out."""
    profile = await request.site.catalog.profile(id)
    zone = await site_zone(request.site)
    begin = request.site.clock.now() if start is None else instant_of("start", start, zone)
    chosen = request.site.profile_forms.get(form)
    if chosen is None:
        raise wrong("form", f"There is no form {form}.")
    text = chosen.write(Run(profile=profile, start=begin), locale_of(zone, unit))
    headers = {"content-disposition": f'attachment; filename="{profile.id}.txt"'}
    return Response(text, media_type="text/plain", headers=headers)


def locale_of(zone: tzinfo, unit: Unit) -> Locale:
    """Give what the texts of a site leave unsaid: the times of its zone, and a unit."""
    return Locale(
        instant=lambda text: read_instant("/text", text, zone),
        local=lambda t: _local(t, zone),
        unit=unit,
    )


def _local(t: int, zone: tzinfo) -> str:
    moment = (_EPOCH + timedelta(milliseconds=t)).astimezone(zone)
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _form(forms: dict[str, ProfileForm], wish: ImportWish) -> ProfileForm:
    if wish.form is not None:
        if wish.form not in forms:
            raise _refusal("/form", f"There is no form {wish.form}.")
        return forms[wish.form]
    found = next((form for form in forms.values() if form.recognises(wish.text)), None)
    if found is None:
        titles = ", ".join(form.title for form in forms.values())
        raise _refusal("/text", f"This is no profile of a form that is known here: {titles}.")
    return found


def _profile(outline: Outline, wish: ImportWish) -> Profile:
    name = " ".join((wish.name or outline.name).split())[:LONGEST_NAME].strip() or UNNAMED
    return Profile(id="import", name=name, type=wish.type, steps=outline.steps)


def _complaints(failure: Invalid) -> list[ComplaintBody]:
    found = failure.faults or [Fault("", str(failure))]
    return [ComplaintBody(_line(fault.where), fault.message) for fault in found]


def _line(where: str) -> int | None:
    kind, _, number = where.partition(":")
    return int(number) if kind == "line" else None


def _refusal(where: str, message: str) -> Invalid:
    return Invalid(message, [Fault(where, message)])
