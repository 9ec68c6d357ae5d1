"""What may come as a packet of socket.io, before anybody has looked at it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from krausen.links.socketio.library import for_answering
from krausen.links.socketio.packets import ASKED, LARGEST_SAID, SAID, packets_before

PACKETS: Any = packets_before(for_answering().packet.Packet)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4),
)


@given(st.lists(JSON, max_size=4), st.none() | st.integers(0, 10**18), st.sampled_from(["", "/,"]))
def test_what_a_listener_says_comes_as_one_event_and_says_whether_an_answer_is_wanted(
    said: list[object], id: int | None, namespace: str
) -> None:
    number = "" if id is None else id
    packet = PACKETS(encoded_packet=f"2{namespace}{number}{json.encode(said).decode()}")
    assert packet.data == [SAID if id is None else ASKED, said]
    assert packet.id == id


def test_what_is_binary_or_too_large_stands_for_nothing() -> None:
    assert PACKETS(encoded_packet='51-["publish",{"_placeholder":true,"num":0}]').data == [SAID, None]
    assert PACKETS(encoded_packet=f'2["{"x" * LARGEST_SAID}"]').data == [SAID, None]


@pytest.mark.parametrize(
    "text",
    ['2/agent,["connect",{}]', '2/agent,["disconnect"]', "2/agent,{}", "2/agent,7", "2/agent,[]", '52-["x"]'],
)
def test_agent_cannot_name_the_events_of_the_library(text: str) -> None:
    with pytest.raises(ValueError, match=r"one (thing|part)"):
        PACKETS(encoded_packet=text)


@given(st.text(min_size=1, max_size=60))
def test_nothing_that_comes_does_more_than_to_be_refused(text: str) -> None:
    try:
        packet = PACKETS(encoded_packet=text)
    except (ValueError, RecursionError):
        return
    assert packet.packet_type in range(10)
