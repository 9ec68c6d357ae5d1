from collections.abc import Iterator
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, msgpack

from krausen.simulation.frames import LENGTH_BYTES, framed, serve


class Wish(Struct, frozen=True):
    text: str
    times: int


class Word(Struct, frozen=True):
    text: str


def words_in(stream: BytesIO) -> Iterator[Word]:
    while length := stream.read(LENGTH_BYTES):
        yield msgpack.decode(stream.read(int.from_bytes(length, "big")), type=Word)


def spoken(wish: Wish) -> Iterator[Word]:
    return (Word(wish.text) for _ in range(wish.times))


@given(st.lists(st.builds(Wish, text=st.text(max_size=300), times=st.integers(0, 3)), max_size=5))
def test_wishes_are_answered_one_after_the_other_with_all_their_words(wishes: list[Wish]) -> None:
    wanted, answers = BytesIO(b"".join(map(framed, wishes))), BytesIO()
    serve(wanted, answers, Wish, spoken)
    answers.seek(0)
    assert list(words_in(answers)) == [word for wish in wishes for word in spoken(wish)]
