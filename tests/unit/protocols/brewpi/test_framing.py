from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.protocols.brewpi.framing import LONGEST, Incoming, line, take

LOG = 'D:{"logType":"I","logID":12,"V":["mode","b"]}'


def lines_of(*chunks: bytes) -> list[str]:
    incoming, found = Incoming(), list[str]()
    for chunk in chunks:
        incoming, more = take(incoming, chunk)
        found += more
    return found


def cut(raw: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(raw) + 1) for place in places), len(raw)]
    return [raw[start:end] for start, end in pairwise(edges)]


PIECES = st.sampled_from(
    [
        b"T:{",
        b"d:[",
        b"U:",
        b'{"i":0,"a":"x[{"}',
        b",",
        b"]}",
        b"\n",
        b"\r\n",
        LOG.encode() + b"\r\n",
        LOG.encode() + b"\n",
        b"\xf8C",
        b"N:{}\r\n",
        b"\x00",
        b"a" * 9000,
    ]
)
STREAMS = st.lists(PIECES | st.binary(max_size=6), max_size=24).map(b"".join)


@given(STREAMS, st.lists(st.integers(0, 100_000), max_size=8))
def test_lines_do_not_depend_on_how_the_bytes_were_cut(raw: bytes, places: list[int]) -> None:
    at_once, pieces = Incoming(), Incoming()
    at_once, lines = take(at_once, raw + b"\n")
    found: list[str] = []
    for piece in [*cut(raw, places), b"\n"]:
        pieces, more = take(pieces, piece)
        found += more
    assert (found, pieces) == (list(lines), at_once)


@given(STREAMS)
def test_no_line_is_empty_or_longer_than_a_line_may_be(raw: bytes) -> None:
    incoming, lines = take(Incoming(), raw + b"\n")
    assert all(one.strip() and "\n" not in one for one in lines)
    assert all(len(one) <= LONGEST for one in lines)
    assert len(incoming.rest) <= LONGEST
    assert len(incoming.held) <= LONGEST


@given(st.integers(0, 60), st.sampled_from(["\n", "\r\n"]))
def test_a_log_line_is_lifted_out_of_a_list_wherever_it_stands(place: int, end: str) -> None:
    whole = 'd:[{"i":0,"a":"28}]","v":null},{"i":1,"f":3,"v": 20.125}]'
    place = 2 + place % (len(whole) - 3)
    broken = whole[:place] + LOG + end + whole[place:] + end
    # Blanks at a joint are lost, which JSON does not mind.
    found = lines_of(broken.encode())
    assert [one.replace(" ", "") for one in found] == [LOG, whole.replace(" ", "")]


def test_a_list_that_waits_for_its_end_is_held() -> None:
    incoming, lines = take(Incoming(), f'h:[{{"i":{LOG}\n'.encode())
    assert lines == (LOG,)
    incoming, lines = take(incoming, f"{LOG}\r\n1}}".encode())
    assert lines == (LOG,)
    assert (incoming.held, incoming.rest) == ('h:[{"i":', b"1}")
    assert take(incoming, b"]\r\n")[1] == ('h:[{"i":1}]',)


def test_a_new_answer_says_that_the_held_one_has_broken_off() -> None:
    incoming, lines = take(Incoming(), f"h:[{LOG}\nT:{{}}\n".encode())
    assert lines == (LOG, "T:{}")
    assert (incoming.held, incoming.broken) == ("", 1)


def test_what_stands_before_a_log_line_and_is_whole_is_a_line_of_its_own() -> None:
    assert lines_of(f"T:{{}}{LOG}\ngarbage [{LOG}\n".encode()) == ["T:{}", LOG, "garbage [", LOG]


@pytest.mark.parametrize("held", [b"", b"h:[" + LOG.encode() + b"\n"])
def test_a_line_that_is_too_long_is_thrown_away_and_counted(held: bytes) -> None:
    raw = held + b"x" * (LONGEST + 1)
    incoming, _ = take(Incoming(), raw)
    assert (incoming.rest, incoming.skips, incoming.too_long) == (b"", True, 1)
    incoming, lines = take(incoming, b"yz\nT:{}\n")
    assert lines == ("T:{}",)
    assert (incoming.skips, incoming.broken) == (False, bool(held))
    assert take(Incoming(), raw + b"\n")[0].too_long == 1


def test_a_list_that_becomes_too_long_is_given_up() -> None:
    raw = b"h:[" + b"1" * (LONGEST - 500) + LOG.encode() + b"\n" + b"2" * 600 + b"\n"
    incoming, lines = take(Incoming(), raw)
    assert lines == (LOG, "2" * 600)
    assert incoming.broken == 1


def test_bytes_are_characters_of_code_page_437() -> None:
    assert lines_of(b"20 \xf8C \xb0F\n") == ["20 °C ░F"]
    assert line("20 °C ░F €") == b"20 \xf8C \xb0F ?\r\n"


def test_the_rest_of_a_long_line_is_thrown_away_as_it_comes() -> None:
    incoming, _ = take(Incoming(), b"x" * (LONGEST + 1))
    incoming, lines = take(incoming, b"y" * 100)
    assert (lines, incoming) == ((), Incoming(skips=True, too_long=1))
