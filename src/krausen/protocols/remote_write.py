"""Prometheus remote write 1.0: time series as a protocol buffer, packed in snappy's block format.

After https://prometheus.io/docs/specs/prw/remote_write_spec/, the encoding of protocol buffers
(https://protobuf.dev/programming-guides/encoding/) and google/snappy's format description. Snappy is written
with literals alone, which every reader takes: what goes out is small, and nothing has to be installed for it.
"""

import re
import struct
from collections.abc import Iterable, Mapping

from msgspec import Struct

CONTENT_HEADERS: Mapping[str, str] = {
    "Content-Type": "application/x-protobuf",
    "Content-Encoding": "snappy",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}

_DOUBLE = struct.Struct("<d")
_VARINT, _FIXED_64, _DELIMITED = 0, 1, 2
_LITERAL = 1 << 16
"""Bytes of a literal of snappy: the longest whose length two bytes tell."""
_TWO_BYTES = 61 << 2
_NOT_IN_METRIC = re.compile(r"[^a-zA-Z0-9_:]")


Samples = tuple[tuple[int, float], ...]
"""Times in UTC milliseconds, rising, each with its value."""


class TimeSeries(Struct, frozen=True):
    """Samples of the series that has these labels; one with an empty value is none."""

    labels: Mapping[str, str]
    samples: Samples


def write_request(series: Iterable[TimeSeries]) -> bytes:
    """Give the body of a request that writes series. Labels are put in the order of their names."""
    return packed(b"".join(_field(1, _time_series(one)) for one in series))


def packed(plain: bytes) -> bytes:
    """Give bytes as a snappy block."""
    literals = (plain[at : at + _LITERAL] for at in range(0, len(plain), _LITERAL))
    return _varint(len(plain)) + b"".join(
        bytes([_TWO_BYTES]) + (len(one) - 1).to_bytes(2, "little") + one for one in literals
    )


def metric_name(text: str) -> str:
    """Give the nearest name that a metric may have."""
    name = _NOT_IN_METRIC.sub("_", text)
    return f"_{name}" if not name or name[0].isdecimal() else name


def _time_series(series: TimeSeries) -> bytes:
    labels = (
        _field(1, _text(1, name) + _text(2, value)) for name, value in sorted(series.labels.items()) if value
    )
    samples = (_field(2, _sample(t, value)) for t, value in series.samples)
    return b"".join(labels) + b"".join(samples)


def _sample(t: int, value: float) -> bytes:
    return _key(1, _FIXED_64) + _DOUBLE.pack(value) + _key(2, _VARINT) + _varint(t & 0xFFFF_FFFF_FFFF_FFFF)


def _text(number: int, text: str) -> bytes:
    return _field(number, text.encode())


def _field(number: int, content: bytes) -> bytes:
    return _key(number, _DELIMITED) + _varint(len(content)) + content


def _key(number: int, kind: int) -> bytes:
    return bytes([number << 3 | kind])


def _varint(value: int) -> bytes:
    """Give a number in groups of seven bits, the lowest first."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)
