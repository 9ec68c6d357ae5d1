"""Climate of a greenhouse or a growing chamber: a table of what was measured, wanted and done.

Recognised by at least two columns of the trade: carbon dioxide, humidity, vents, screens, radiation;
English, Danish and Dutch titles are known. The columns become series as in any other table, the usual ones
under common names.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial

from msgspec.structs import replace

from krausen.errors import Fault, Invalid
from krausen.importing.columns import slug
from krausen.importing.format import Complaint, Details, ImportFormat, Row, ToUtc
from krausen.importing.layouts import layout_of, taken_for
from krausen.importing.pieces import refused
from krausen.importing.stamped import timed
from krausen.importing.table import Layout, foreign, stamped, temperature

_NAMES = {
    "tair": ("air", "C"),
    "t_air": ("air", "C"),
    "rhair": ("humidity", "%"),
    "rh": ("humidity", "%"),
    "relativehumidity": ("humidity", "%"),
    "co2air": ("co2", "ppm"),
    "co2": ("co2", "ppm"),
    "carbondioxide": ("co2", "ppm"),
    "humdef": ("humidity_deficit", "g/m³"),
    "tpipe": ("pipe", "C"),
    "tout": ("outside", "C"),
    "t_out": ("outside", "C"),
    "rhout": ("outside_humidity", "%"),
    "rh_out": ("outside_humidity", "%"),
    "iglob": ("radiation", "W/m²"),
    "windsp": ("wind", "m/s"),
    "ventlee": ("vent_lee", "%"),
    "vent_lee": ("vent_lee", "%"),
    "ventwind": ("vent_wind", "%"),
    "vent_wind": ("vent_wind", "%"),
    "parin": ("par", "µmol/m²/s"),
    "vpd_air": ("vpd", "kPa"),
    "heating_temp_vip": ("setpoint_heating", "C"),
    "co2_vip": ("setpoint_co2", "ppm"),
    "lufttemperatur": ("air", "C"),
    "endelig_faelles_varme_saetpunkt": ("setpoint_heating", "C"),
    "luftfugtighed_rh": ("humidity", "%"),
    "co2_krav": ("setpoint_co2", "ppm"),
    "udetemperatur": ("outside", "C"),
}
_TRADE = re.compile(
    r"co2|carbon_?dioxide|humid|(^|_)rh(air|out)?($|_)|(^|_)vent|luftfugtighed|raamstand|vochtdeficit|gardin"
    r"|screen|(^|_)scr|enscr|iglob|pyrgeo|(^|_)par(in|out)?($|_)|vpd|humdef"
)
_NONE = "It is no table of a climate with times."
_USUAL = (temperature("air"), temperature("outside"), foreign("humidity", "%"), foreign("co2", "ppm"))


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the first lines are a table with at least two columns of the trade."""
    layout = layout_of(head, {}, {})
    titles = [slug(column.title) for column in layout.columns] if layout else []
    return sum(_TRADE.search(title) is not None for title in titles) > 1


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line; of a table that was not fitted, the usual columns alone."""
    held = lines if isinstance(lines, Collection) else list(lines)
    layout = layout_of(held, {}, _NAMES)
    if layout is None:
        return refused(held, _NONE)
    usual = tuple(column for column in layout.columns if column.spec in _USUAL)
    return _read(replace(layout, columns=usual), held, utc)


def fitted(lines: Collection[str], details: Details) -> ImportFormat:
    """Give the format with the series of these lines."""
    layout = layout_of(lines, details, _NAMES)
    if layout is None:
        raise Invalid(_NONE, [Fault("query:format", _NONE)])
    return replace(FORMAT, series=layout.series, read=partial(_read, layout), columns=taken_for(layout))


def _read(layout: Layout, lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    return timed(stamped(lines, layout), utc)


FORMAT = ImportFormat(
    name="climate_csv",
    title="Climate of a greenhouse, table",
    series=_USUAL,
    recognises=recognises,
    read=read,
    fitted=fitted,
)
