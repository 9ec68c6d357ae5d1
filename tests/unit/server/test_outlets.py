import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from websockets.frames import Frame as Parsed
from websockets.frames import Opcode
from websockets.streams import StreamReader

from krausen.server.outlets import GAP, Word, framed, message_frame


def parsed(data: bytes) -> Parsed:
    """Give the one frame that these bytes are, as the library reads it."""
    stream = StreamReader()
    stream.feed_data(data)
    stream.feed_eof()
    frame: Parsed | None = None
    reading = Parsed.parse(stream.read_exact, mask=False)
    try:
        next(reading)
    except StopIteration as done:
        frame = done.value
    assert frame is not None
    assert not stream.buffer
    return frame


@given(st.sampled_from([0, 1, 125, 126, 127, 65_535, 65_536, 70_000]) | st.integers(0, 200_000))
def test_text_of_any_length_is_one_whole_frame(length: int) -> None:
    frame = parsed(framed(b"x" * length))
    assert (frame.opcode, frame.fin, len(frame.data)) == (Opcode.TEXT, True, length)


@given(st.text(max_size=200), st.sampled_from(["data", "Kitchen-2", "a.b_c", 'w"ü']))
def test_the_same_message_is_said_to_both_kinds_of_listeners(text: str, channel: str) -> None:
    said = json.encode({"seq": "e.7", "time": "2026-05-01T00:00:00.000Z", "message": {"text": text}})
    frame = message_frame(channel, 7, 1, said[1:-1])
    body = json.decode(frame.text)
    assert body == {"channel": channel, **json.decode(said)}
    assert json.decode(parsed(frame.websocket).data) == body
    packet = bytes(parsed(frame.packet).data)
    assert packet.startswith(b"42")
    assert json.decode(packet[2:]) == [channel, json.decode(said)]


def test_each_form_is_made_once() -> None:
    frame = message_frame("data", 1, 1, b'"message":1')
    assert frame.text is frame.text
    assert frame.packet is frame.packet
    assert len(frame) == len(frame.websocket)


@pytest.mark.parametrize(("word", "event"), [(GAP, "gap"), (Word("answer", b'{"gap":true}'), "answer")])
def test_a_word_is_an_event_of_its_name(word: Word, event: str) -> None:
    assert word.text == '{"gap":true}'
    assert json.decode(bytes(parsed(word.packet).data)[2:]) == [event, {"gap": True}]
