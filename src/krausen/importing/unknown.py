"""Tables of nobody in particular: their columns are found out, and become series."""

from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import Fault, Invalid
from krausen.importing.format import Complaint, Details, ImportFormat, Row, ToUtc
from krausen.importing.layouts import Names, layout_of, taken_for
from krausen.importing.pieces import refused
from krausen.importing.stamped import timed
from krausen.importing.table import stamped
from krausen.model.series import SeriesSpec


class UnknownTable(Struct, frozen=True):
    """How the columns of a table become series.

    `known` are columns whose names tell what they are, `usual` the series that are read of a table at which
    nobody has looked before, `refusal` what is said of lines that are no such table.
    """

    known: Names
    usual: tuple[SeriesSpec, ...]
    refusal: str

    def read(self, lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
        """Yield a row or a complaint for every line, of the usual columns alone."""
        held = lines if isinstance(lines, Collection) else list(lines)
        layout = layout_of(held, {}, self.known)
        if layout is None:
            return refused(held, self.refusal)
        usual = tuple(column for column in layout.columns if column.spec in self.usual)
        return timed(stamped(held, replace(layout, columns=usual)), utc)

    def fitted(self, form: ImportFormat, lines: Collection[str], details: Details) -> ImportFormat:
        """Give a form with the series of these lines. Raises Invalid where they are no such table."""
        layout = layout_of(lines, details, self.known)
        if layout is None:
            raise Invalid(self.refusal, [Fault("query:format", self.refusal)])

        def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
            return timed(stamped(lines, layout), utc)

        return replace(form, series=layout.series, read=read, columns=taken_for(layout))
