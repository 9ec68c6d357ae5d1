"""BrewPi's temperature profiles: a table of `date`, `temperature` and `days`.

Dates are local times without a zone, days count from the start. BrewPi goes by the dates; so do we, and by
the days where there are no dates. A further title in the heading is the name. The unit is that of the host.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from krausen.errors import Fault, Invalid
from krausen.model.profile import HOUR_MS, LONGEST_HOURS, MOST_STEPS, Run
from krausen.profiles.form import Locale, Outline, ProfileForm, degrees, number, refusal, temperature
from krausen.profiles.points import points_of, steps_of

_SECOND_MS = 1000
_DAY_S = 86_400
_APART_MS = 2 * HOUR_MS
"""How far days and dates may disagree: clocks that are changed, and days that were rounded."""


class _Row(Struct, frozen=True):
    """A line: its temperature, and its instant and time since the start as far as it says them, in ms."""

    line: int
    temperature_c: float
    at: int | None
    since: int | None


def recognises(text: str) -> bool:
    """Tell whether the first line is the heading of such a table."""
    lines = _lines(text)
    return bool(lines) and _is_heading(lines[0][1])


def read(text: str, locale: Locale) -> Outline:
    """Give the steps, the start where there are dates, and the name where the heading has one."""
    lines = _lines(text)
    if not lines or not _is_heading(lines[0][1]):
        raise _wrong(lines[0][0] if lines else 1, "The heading date,temperature,days is missing.")
    (line, heading), *rest = lines
    if not 1 <= len(rest) <= MOST_STEPS:
        raise _wrong(line, f"Below the heading stand 1 to {MOST_STEPS} lines.")
    rows = list(_rows(rest, locale, has_days=_has_days(heading)))
    start, since = _by_days(rows) if rows[0].at is None else _by_dates(rows, rows[0].at, locale)
    points = [(t, row.temperature_c) for t, row in zip(since, rows, strict=True)]
    names = [cell for cell in heading[3 if _has_days(heading) else 2 :] if cell]
    return Outline(steps=steps_of(points), name=names[0] if names else "", start=start)


def write(run: Run, locale: Locale) -> str:
    """Give the table of a run."""
    return "\n".join(("date,temperature,days", *_written(run, locale), ""))


def _lines(text: str) -> list[tuple[int, list[str]]]:
    lines = enumerate(text.removeprefix("\ufeff").splitlines(), start=1)
    return [(line, [cell.strip() for cell in said.split(",")]) for line, said in lines if said.strip(" ,\t")]


def _is_heading(cells: Sequence[str]) -> bool:
    return [cell.lower() for cell in cells[:2]] == ["date", "temperature"]


def _has_days(heading: Sequence[str]) -> bool:
    return [cell.lower() for cell in heading[2:3]] == ["days"]


def _wrong(line: int, message: str) -> Invalid:
    return refusal([Fault(f"line:{line}", message)])


def _rows(lines: Sequence[tuple[int, list[str]]], locale: Locale, *, has_days: bool) -> Iterator[_Row]:
    """Yield the rows. Raises Invalid with all the lines that cannot be read."""
    faults: list[Fault] = []
    for line, cells in lines:
        days = cells[2] if has_days and len(cells) > 2 else ""
        try:
            yield _row(line, cells, days, locale)
        except Invalid as failure:
            faults.append(Fault(f"line:{line}", str(failure)))
    if faults:
        raise refusal(faults)


def _row(line: int, cells: Sequence[str], days: str, locale: Locale) -> _Row:
    if len(cells) < 2 or not cells[1]:
        raise Invalid("It has no temperature. BrewPi would switch off here; a profile cannot, so give one.")
    return _Row(
        line,
        temperature(cells[1], locale.unit),
        locale.instant(cells[0]) if cells[0] else None,
        _since(days) if days else None,
    )


def _since(days: str) -> int:
    value = number(days)
    if not 0.0 <= value * 24.0 <= LONGEST_HOURS:
        raise Invalid(f"Days lie between 0 and {LONGEST_HOURS / 24.0:g}.")
    return round(value * _DAY_S) * _SECOND_MS


def _by_days(rows: Sequence[_Row]) -> tuple[None, list[int]]:
    found: list[int] = []
    for row in rows:
        if row.since is None or row.at is not None:
            raise _wrong(row.line, "Either every line has a date, or every line has days and none a date.")
        found.append(_in_order(row.line, row.since, found))
    return None, found


def _by_dates(rows: Sequence[_Row], first: int, locale: Locale) -> tuple[int, list[int]]:
    """Give the start and the times since then. Raises Invalid where days tell otherwise."""
    start = first - (rows[0].since or 0)
    found: list[int] = []
    for row in rows:
        if row.at is None:
            raise _wrong(row.line, "It has no date, though the first line has one.")
        since = _instant(row.at, start, row.since, found, locale) - start
        if row.since is not None and abs(row.since - since) > _APART_MS:
            raise _wrong(row.line, "Its date and its days tell different times.")
        found.append(_in_order(row.line, since, found))
    return start, found


def _instant(at: int, start: int, since: int | None, former: Sequence[int], locale: Locale) -> int:
    """Give the instant of a date; of the two that autumn has, the one that the days or the order ask for."""
    later = at + HOUR_MS
    if locale.local(at) != locale.local(later):
        return at
    wanted = since if since is not None else max(former, default=0)
    return later if abs(later - start - wanted) < abs(at - start - wanted) else at


def _in_order(line: int, since: int, former: Sequence[int]) -> int:
    if former and since < former[-1]:
        raise _wrong(line, "It is earlier than the line before.")
    return since


def _written(run: Run, locale: Locale) -> Iterator[str]:
    for since, temperature_c in points_of(run):
        at = round((run.start + since) / _SECOND_MS) * _SECOND_MS
        days = _plain(f"{round(since / _SECOND_MS) / _DAY_S:.5f}")
        yield f"{locale.local(at)},{_plain(degrees(temperature_c, locale.unit))},{days}"


def _plain(decimal: str) -> str:
    return decimal.rstrip("0").rstrip(".")


FORM = ProfileForm(
    name="brewpi_csv",
    title="BrewPi, table of dates",
    recognises=recognises,
    read=read,
    write=write,
)
