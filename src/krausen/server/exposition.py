"""Measurements of a program as Prometheus reads them: text exposition format, version 0.0.4.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf, isnan
from typing import Literal

from msgspec import Struct

MEDIA_TYPE = "text/plain; version=0.0.4"
"""In UTF-8, which whoever sends it adds."""

_SPECIAL = {inf: "+Inf", -inf: "-Inf"}


class Sample(Struct, frozen=True):
    """One value, under labels; their names are letters, digits and underlines."""

    value: float
    labels: Mapping[str, str] = {}


class Family(Struct, frozen=True):
    """What is measured: its name with the unit at the end, what it is in a sentence, and the samples."""

    name: str
    kind: Literal["counter", "gauge"]
    about: str
    samples: Sequence[Sample]


def exposition(families: Iterable[Family]) -> str:
    """Give families as text; one without a sample is left out."""
    return "".join(f"{line}\n" for family in families if family.samples for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {_plain(family.about)}"
    yield f"# TYPE {family.name} {family.kind}"
    for sample in family.samples:
        labels = ",".join(f'{name}="{_quoted(value)}"' for name, value in sample.labels.items())
        yield f"{family.name}{f'{{{labels}}}' if labels else ''} {_number(sample.value)}"


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _quoted(text: str) -> str:
    return _plain(text).replace('"', '\\"')


def _number(value: float) -> str:
    return "NaN" if isnan(value) else _SPECIAL.get(value) or repr(value)
