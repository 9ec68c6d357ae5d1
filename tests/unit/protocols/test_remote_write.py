"""What is written is read again by a reader that is written here, after the same specifications."""

import struct
from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from krausen.protocols.remote_write import TimeSeries, metric_name, packed, write_request

NOW = 1_790_000_000_000


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            return value, at


def unpacked(block: bytes) -> bytes:
    """Give what a snappy block of literals holds."""
    length, at = varint(block, 0)
    plain = b""
    while at < len(block):
        tag, at = block[at], at + 1
        assert tag & 3 == 0, "not a literal"
        size = tag >> 2
        if size >= 60:
            width = size - 59
            size, at = int.from_bytes(block[at : at + width], "little"), at + width
        plain, at = plain + block[at : at + size + 1], at + size + 1
    assert len(plain) == length
    return plain


def fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Give the fields of a message of protocol buffers: number and content."""
    at = 0
    while at < len(message):
        key, at = varint(message, at)
        match key & 7:
            case 0:
                value, at = varint(message, at)
                yield key >> 3, value
            case 1:
                yield key >> 3, message[at : at + 8]
                at += 8
            case 2:
                size, at = varint(message, at)
                yield key >> 3, message[at : at + size]
                at += size
            case other:
                raise AssertionError(other)


def read(body: bytes) -> list[TimeSeries]:
    found = []
    for number, series in fields(unpacked(body)):
        assert (number, type(series)) == (1, bytes)
        assert isinstance(series, bytes)
        labels: list[tuple[str, str]] = []
        samples: list[tuple[int, float]] = []
        for kind, content in fields(series):
            assert isinstance(content, bytes)
            told = dict(fields(content))
            if kind == 1:
                name, value = told[1], told[2]
                assert isinstance(name, bytes)
                assert isinstance(value, bytes)
                labels.append((name.decode(), value.decode()))
            else:
                value, t = told[1], told[2]
                assert isinstance(value, bytes)
                assert isinstance(t, int)
                samples.append((t, struct.unpack("<d", value)[0]))
        assert labels == sorted(labels)
        found.append(TimeSeries(dict(labels), tuple(samples)))
    return found


SERIES = st.builds(
    TimeSeries,
    st.dictionaries(st.text(max_size=4), st.text(min_size=1, max_size=200), max_size=4),
    st.lists(st.tuples(st.integers(0, 2**62), st.floats(allow_nan=False)), max_size=3).map(tuple),
)


@given(st.lists(SERIES, max_size=4))
def test_what_is_written_is_read_again(series: list[TimeSeries]) -> None:
    assert read(write_request(series)) == series


@example(b"a" * 65_536)
@example(b"a" * 65_537)
@example(b"a" * 200_000)
@example(b"")
@given(st.binary(max_size=300))
def test_whatever_is_packed_is_unpacked(plain: bytes) -> None:
    assert unpacked(packed(plain)) == plain


def test_one_sample_byte_by_byte() -> None:
    body = write_request([TimeSeries({"job": "j", "__name__": "up"}, ((NOW, 1.0),))])
    message = bytes.fromhex(
        "0a 2c"  # a time series of 44 bytes
        "0a 0e 0a 08 5f5f6e616d655f5f 12 02 7570"  # __name__ = up
        "0a 08 0a 03 6a6f62 12 01 6a"  # job = j
        "12 10 09 000000000000f03f 10 80d8c1a28c34"  # 1.0 at NOW
    )
    assert unpacked(body) == message
    assert body == bytes([46, 61 << 2, 45, 0]) + message


def test_a_label_without_a_value_is_left_out() -> None:
    (series,) = read(write_request([TimeSeries({"__name__": "up", "job": ""}, ())]))
    assert series.labels == {"__name__": "up"}


def test_a_name_is_made_of_what_it_may_be_made_of() -> None:
    assert metric_name("krausen_temperature") == "krausen_temperature"
    assert metric_name("corr-gravity °P") == "corr_gravity__P"
    assert metric_name("2nd") == "_2nd"
    assert metric_name("") == "_"
    assert metric_name("٢") == "_"
