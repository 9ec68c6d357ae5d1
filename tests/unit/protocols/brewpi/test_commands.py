import json
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.commands import (
    LONGEST_BODY,
    LONGEST_TOKEN,
    Body,
    Command,
    Outgoing,
    expire,
    take,
)

FAMILIES = st.sampled_from([Family.AVR, Family.ESP])


def commands_of(family: Family, *chunks: bytes) -> list[Command]:
    state, found = Outgoing(), list[Command]()
    for chunk in chunks:
        state, more = take(family, state, chunk)
        found += more
    return found


def letters(found: list[Command]) -> str:
    return "".join(command.letter for command in found)


PIECES = st.sampled_from(
    [
        *(
            b"j",
            b"d",
            b"U",
            b"E",
            b"X",
            b"{",
            b"}",
            b'"',
            b":",
            b",",
            b" ",
            b"\r\n",
            b"mode",
            b"20.5",
            b"true",
        ),
        *(
            b'{mode:"b", beerSet:20.0}',
            b'{"a":"x\\"y"}',
            b"\\",
            b"{r:1,v:1}",
            b" " * 3000,
            b"{" + b"a" * 2500,
        ),
    ]
)
STREAMS = st.lists(PIECES | st.binary(max_size=3), max_size=16).map(b"".join)


@given(STREAMS, st.lists(st.integers(0, 30_000), max_size=6), FAMILIES)
def test_commands_do_not_depend_on_how_the_bytes_were_cut(
    raw: bytes, places: list[int], family: Family
) -> None:
    edges = [0, *sorted(place % (len(raw) + 1) for place in places), len(raw)]
    chunks = [raw[start:end] for start, end in pairwise(edges)]
    assert commands_of(family, *chunks) == commands_of(family, raw)


@given(STREAMS, FAMILIES)
@example(b"j" + b" " * 3000, Family.AVR)
@example(b"j" + b" " * 3000, Family.ESP)
def test_what_is_kept_is_bounded_and_can_be_given_up(raw: bytes, family: Family) -> None:
    state, _ = take(family, Outgoing(), raw)
    assert len(state.text) < LONGEST_BODY
    given_up = expire(family, state)
    assert (given_up is None) is (state.letter == "")


def test_both_families_take_what_both_understand() -> None:
    for family in (Family.AVR, Family.ESP):
        found = commands_of(family, b' n\r\nj{mode:"b", beerSet: 20.0}t\n')
        assert letters(found) == "njt"
        assert dict(found[1].body)["mode"] == "b"
        assert float(str(dict(found[1].body)["beerSet"])) == 20.0


def test_quotes_around_a_command_are_warned_of_by_an_avr_and_passed_over_by_an_esp() -> None:
    raw = b'"j{mode:"f", fridgeSet:12.0}"\n'
    assert letters(commands_of(Family.AVR, raw)) == '"j"'
    (only,) = commands_of(Family.ESP, raw)
    assert only.body == (("mode", "f"), ("fridgeSet", 12.0))


def test_an_avr_discards_quotes_and_blanks_and_cuts_long_tokens() -> None:
    (one,) = commands_of(Family.AVR, b'j { "mo de" : " b ", x:' + b"y" * 50 + b", z}")
    assert one.body == (("mode", "b"), ("x", "y" * LONGEST_TOKEN))


def test_an_avr_looks_at_the_first_letter_of_keys_of_devices() -> None:
    (one,) = commands_of(Family.AVR, b'U{"index":1,"function":5}')
    assert one.body == (("i", "1"), ("f", "5"))


def test_an_avr_without_a_brace_says_what_came_instead() -> None:
    assert commands_of(Family.AVR, b'd "\nt') == [Command("d", missing=10), Command("t")]


def test_an_avr_takes_a_body_that_it_does_not_expect_for_commands() -> None:
    assert letters(commands_of(Family.AVR, b'E{"confirmReset": true}')) == 'E{"confirmReset":true}'


def test_a_body_without_end_is_cut_by_an_avr_and_refused_by_an_esp() -> None:
    raw = b"{" + b"a" * (LONGEST_BODY - 1)
    (one,) = commands_of(Family.AVR, b"j" + raw)
    assert one == Command("j")
    (two,) = commands_of(Family.ESP, b"j" + raw)
    assert two == Command("j", wrong="NoMemory")


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"{}", ()),
        (b' \r\n{ "a" : 1 , b : -2.5e1 }', (("a", 1), ("b", -25.0))),
        (
            b'{a:true,b:false,c:null,"d":"x, \\"y\\" }"}',
            (("a", True), ("b", False), ("c", None), ("d", 'x, "y" }')),
        ),
    ],
)
def test_an_esp_reads_json_without_quotes_about_its_keys(raw: bytes, body: Body) -> None:
    assert commands_of(Family.ESP, b"X" + raw) == [Command("X", body)]


@pytest.mark.parametrize(
    ("raw", "rest"),
    [
        (b"{mode:b}", ""),
        (b"{mode:b,t:1}", "t"),
        (b"t", ""),
        (b"{a}n", "n"),
        (b'{"a","b":1}', "b"),
        (b"{a:1;n}", "n"),
        (b"{a:1,}", ""),
        (b"{a:[1]}v", "]v"),
        (b'{a:"\n"}v', "v"),
        (b"{:1}", ""),
    ],
)
def test_an_esp_gives_up_where_a_body_goes_wrong_and_reads_the_rest_as_commands(
    raw: bytes, rest: str
) -> None:
    first, *others = commands_of(Family.ESP, b"o" + raw)
    assert first == Command("o", wrong="InvalidInput")
    assert letters(others) == rest


def test_an_esp_has_no_room_for_many_settings_at_once() -> None:
    many = json.dumps({f"setting{number}": number for number in range(12)}).encode()
    assert commands_of(Family.ESP, b"j" + many) == [Command("j", wrong="NoMemory")]
    assert commands_of(Family.ESP, b"U" + many)[0].wrong == ""


@pytest.mark.parametrize(
    ("family", "raw", "given_up"),
    [
        (Family.AVR, b"j", Command("j", missing=-1)),
        (Family.AVR, b'j "', Command("j", missing=-1)),
        (Family.AVR, b"j{mode:b, beerSet:20", Command("j", (("mode", "b"),))),
        (Family.ESP, b"E\n", Command("E", wrong="EmptyInput")),
        (Family.ESP, b'E{"conf', Command("E", wrong="IncompleteInput")),
        (Family.ESP, b"n", None),
    ],
)
def test_what_does_not_go_on_in_time_is_given_up(
    family: Family, raw: bytes, given_up: Command | None
) -> None:
    state, _ = take(family, Outgoing(), raw)
    assert expire(family, state) == given_up
