"""Climate of a greenhouse or a growing chamber: a table of what was measured, wanted and done.

Recognised by at least two columns of the trade: carbon dioxide, humidity, vents, screens, radiation;
English, Danish and Dutch titles are known. The columns become series as in any other table, the usual ones
under common names.
"""

import re
from collections.abc import Collection, Sequence

from krausen.importing.columns import slug
from krausen.importing.format import Details, ImportFormat
from krausen.importing.layouts import layout_of
from krausen.importing.table import foreign, temperature
from krausen.importing.unknown import UnknownTable

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
_TABLE = UnknownTable(
    known=_NAMES,
    usual=(temperature("air"), temperature("outside"), foreign("humidity", "%"), foreign("co2", "ppm")),
    refusal="It is no table of a climate with times.",
)


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the first lines are a table with at least two columns of the trade."""
    layout = layout_of(head, {}, {})
    titles = [slug(column.title) for column in layout.columns] if layout else []
    return sum(_TRADE.search(title) is not None for title in titles) > 1


def fitted(lines: Collection[str], details: Details) -> ImportFormat:
    """Give the format with the series of these lines."""
    return _TABLE.fitted(FORMAT, lines, details)


FORMAT = ImportFormat(
    name="climate_csv",
    title="Climate of a greenhouse, table",
    series=_TABLE.usual,
    recognises=recognises,
    read=_TABLE.read,
    fitted=fitted,
)
