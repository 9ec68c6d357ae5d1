"""What a person is shown of a file before it is stored."""

from collections.abc import Callable, Iterator, Sequence

from krausen.importing.format import ImportFormat
from krausen.importing.gathered import Gathered
from krausen.importing.oddities import BY_COMMAND, IS_FAHRENHEIT
from krausen.importing.report import Found, Preview, Question, Seen
from krausen.importing.stamped import HOUR_BACK, HOUR_GONE
from krausen.importing.times import UNSURE

NO_ZONE = "No time zone was given and the site has none, so its times are taken as UTC."
_ABOUT = (
    ("zone", NO_ZONE),
    ("unit", IS_FAHRENHEIT),
    ("dates", UNSURE.partition("{")[0]),
    ("zone", HOUR_BACK),
    ("zone", HOUR_GONE),
)


def preview_of(
    form: ImportFormat, gathered: Gathered, remarks: Sequence[str], iso: Callable[[int], str]
) -> Preview:
    """Show what a file was taken for, and which remarks on it ask something. `iso` writes an instant."""
    columns = [Found(column.title, column.what) for column in form.columns] or [
        Found(spec.metric, f"{spec.metric}:{spec.unit}".rstrip(":"))
        for spec in form.series
        if spec.metric in gathered.columns
    ]
    said = ",".join(f"{column.title}={column.what}" for column in form.columns)
    return Preview(
        format=form.name,
        title=form.title,
        rows=list(_seen(form, gathered, iso)),
        columns=columns,
        questions=list(_questions(remarks)),
        mapping=f"{form.name}:{said}" if said else "",
    )


def _seen(form: ImportFormat, gathered: Gathered, iso: Callable[[int], str]) -> Iterator[Seen]:
    units = {spec.metric: spec.unit for spec in form.series}
    for row in gathered.head:
        for metric, value in row.values.items():
            yield Seen(iso(row.t), metric, value, units[metric])


def _questions(remarks: Sequence[str]) -> Iterator[Question]:
    for remark in remarks:
        about = next((about for about, sign in _ABOUT if sign in remark), None)
        if about is not None:
            yield Question(about, remark.removesuffix(BY_COMMAND))
