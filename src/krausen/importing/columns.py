"""What the title of a column says of its values."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from krausen.importing.density import Density
from krausen.importing.format import ForeignSpec
from krausen.importing.table import Column, fahrenheit
from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec
from krausen.model.units import celsius, gravity_of

TIME_WORDS = frozenset(
    {
        *("time", "date", "datetime", "timestamp", "timepoint", "isotime", "log_time"),
        *("zeit", "datum", "uhrzeit", "tid", "dato", "tijd", "heure", "fecha"),
    }
)
_LONGEST = 64
_UNITS = (
    ("C", r"°\s?c\b|º\s?c\b|\bcelsius\b|\bcelcius\b|\bdeg ?c\b|[(\[]c[)\]]|_c$"),
    ("F", r"°\s?f\b|º\s?f\b|\bfahrenheit\b|\bdeg ?f\b|[(\[]f[)\]]|_f$"),
    ("K", r"\bkelvin\b|[(\[]k[)\]]"),
    ("P", r"°\s?p\b|\bplato\b|[(\[]p[)\]]"),
    ("SG", r"\bsg\b|specific gravity"),
    ("%", r"%|\bpercent\b"),
    ("ppm", r"\bppm\b"),
    ("g/m³", r"g/m(3|³)"),
    ("kPa", r"\bkpa\b"),
    ("hPa", r"\bhpa\b|\bmbar\b"),
    ("bar", r"\bbar\b"),
    ("psi", r"\bpsi\b"),
    ("V", r"[(\[]v[)\]]|\bvolts?\b"),
    ("dBm", r"\bdbm\b"),
    ("µmol/m²/s", r"mol m.?2 s.?1|mol/m2/s"),
)
_KPA = {"kPa": 1.0, "hPa": 0.1, "bar": 100.0, "psi": 6.894757293168}
_TEMPERATURE = re.compile(
    r"temp|lufttemp|(^|_)t_?(air|out|pipe|leaf)|s(ae|a)tpunkt|sollwert|dewpoint|(^|_)(beer|fridge|chamber|wort)(_|$)"
)
_GRAVITY = re.compile(r"gravity|density|(^|_)sg(_|$)|plato|extract")


class Meaning(Struct, frozen=True):
    """What a column holds: its series, how its values become canonical, and the unit they are in.

    The unit is empty where the values themselves are to tell, or where there is none.
    """

    spec: SeriesSpec
    canonical: Callable[[float], float] | None = None
    unit: str = ""


def meaning_of(title: str, metric: str = "", unit: str = "") -> Meaning:
    """Give what a title tells, or what was said instead: a metric, a unit or both.

    Temperatures become °C, densities SG and pressures kPa; everything else stays as it is. A temperature
    without a unit counts as °C, a density without one is told by its values.
    """
    name = metric or slug(title)
    unit = unit or _unit(title)
    kind = slug(f"{title} {metric}")
    if unit in {"C", "F", "K"} or (not unit and _TEMPERATURE.search(kind)):
        return Meaning(SeriesSpec(name, Quantity.TEMPERATURE), _TO_CELSIUS.get(unit), unit or "C")
    if unit in {"P", "SG"} or (not unit and _GRAVITY.search(kind)):
        return Meaning(SeriesSpec(name, Quantity.GRAVITY), _density(unit), unit)
    if unit in _KPA:
        factor = _KPA[unit]
        return Meaning(SeriesSpec(name, Quantity.PRESSURE), lambda value: value * factor, unit)
    return Meaning(ForeignSpec(name, Quantity.ANY, foreign_unit=unit), unit=unit)


def slug(title: str) -> str:
    """Give a metric for a title: small letters, digits and low lines, without its unit."""
    bare = re.sub(r"[(\[][^)\]]*[)\]]|[°º]\s?[CFP]\b|%", " ", title)
    plain = bare.casefold().replace("æ", "ae").replace("ø", "oe").replace("ß", "ss")
    letters = [c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c)]
    return re.sub(r"[^a-z0-9]+", "_", "".join(letters)).strip("_")[:_LONGEST].strip("_") or "column"


def apart(columns: Sequence[tuple[int, str, Meaning]]) -> Iterator[Column]:
    """Yield columns, those of the same metric told apart by a number behind it."""
    taken: set[str] = set()
    for place, title, meaning in columns:
        name, count = meaning.spec.metric, 1
        while name in taken:
            count += 1
            name = f"{meaning.spec.metric}_{count}"
        taken.add(name)
        yield Column(
            place=place,
            title=title,
            spec=_named(meaning.spec, name),
            canonical=meaning.canonical,
            unit=meaning.unit,
        )


def _named(spec: SeriesSpec, name: str) -> SeriesSpec:
    unit = spec.foreign_unit if isinstance(spec, ForeignSpec) else None
    return (
        SeriesSpec(name, spec.quantity)
        if unit is None
        else ForeignSpec(name, spec.quantity, foreign_unit=unit)
    )


def _unit(title: str) -> str:
    small = title.casefold()
    words = f"{small.replace('_', ' ')} | {small}"
    return next((unit for unit, pattern in _UNITS if re.search(pattern, words)), "")


def _density(unit: str) -> Callable[[float], float] | None:
    if unit:
        return gravity_of if unit == "P" else None
    return Density()


def _kelvin(value: float) -> float:
    return celsius(value, "K")


_TO_CELSIUS: dict[str, Callable[[float], float]] = {"F": fahrenheit, "K": _kelvin}
