"""Bytes from a host to whole commands, as the firmwares cut them: a letter, and a body for some letters.

An AVR takes its body token by token: quotes and blanks anywhere count for nothing. An ESP reads JSON, where
keys need no quotes, but texts do. Neither knows a length or a check, so what is wrong is found by its place,
and the rest of it is taken for commands.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from krausen.errors import Invalid
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.scalars import Scalar, parsed

PATIENCE_S = 1.0
"""A firmware waits so long for the next byte of a body."""
LONGEST_TOKEN = 29
MOST_PAIRS = 64
LONGEST_BODY = 2048
NOTHING_CAME = -1
GOES_ON = -1

WITH_BODY: Mapping[Family, str] = {Family.AVR: "jdhU", Family.ESP: "jdhUEoX", Family.SPARK: ""}
ROOM_BYTES = {"j": 256, "X": 256, "o": 256, "d": 128, "h": 128, "U": 512, "E": 128}
"""What an ESP sets aside for a body."""


Body = tuple[tuple[str, Scalar], ...]


class Command(Struct, frozen=True):
    """A command. `missing` is the byte that an AVR found instead of `{`, or -1 if none came in time.

    `wrong` is an ESP's word for what is wrong with a body, which it then takes for an empty one.
    """

    letter: str
    body: Body = ()
    missing: int | None = None
    wrong: str = ""


class Outgoing(Struct, frozen=True):
    """What came of a command whose end is not here yet."""

    letter: str = ""
    text: str = ""


def take(family: Family, state: Outgoing, chunk: bytes) -> tuple[Outgoing, tuple[Command, ...]]:
    """Take what a host sent; give what is left and the commands that are whole.

    What comes out depends on the bytes alone and not on how they were cut.
    """
    cut = _avr if family is Family.AVR else _esp
    found: list[Command] = []
    text = state.text + chunk.decode("latin-1")
    letter, at = state.letter, 0
    while at < len(text):
        if not letter:
            letter, at = text[at], at + 1
            if _is_ignored(family, letter):
                letter = ""
            elif letter not in WITH_BODY[family]:
                found.append(Command(letter))
                letter = ""
            continue
        end, command = cut(letter, text, at)
        if command is None:
            return Outgoing(letter, text[end:]), tuple(found)
        found.append(command)
        letter, at = "", end
    return Outgoing(letter), tuple(found)


def expire(family: Family, state: Outgoing) -> Command | None:
    """Give what a firmware makes of a body whose next byte did not come in time; the state is fresh then."""
    if not state.letter:
        return None
    if family is not Family.AVR:
        return Command(state.letter, wrong="IncompleteInput" if state.text.strip() else "EmptyInput")
    opened = _plain(state.text)
    if not opened:
        return Command(state.letter, missing=NOTHING_CAME)
    return Command(state.letter, _pairs(state.letter, _SEPARATORS.split(opened[1:])[:-1]))


_SEPARATORS = re.compile("[,:]")
_DISCARDED = re.compile('[ "]')
_NOT_DISCARDED = re.compile('[^ "]')


def _is_ignored(family: Family, letter: str) -> bool:
    if family is Family.AVR:
        return letter in " \r\n"
    return not "A" <= letter <= "z"


def _plain(text: str) -> str:
    return _DISCARDED.sub("", text)


def _avr(letter: str, text: str, at: int) -> tuple[int, Command | None]:
    """Cut a body at its closing brace."""
    opening = _NOT_DISCARDED.search(text, at)
    if opening is None:
        return len(text), None
    start = opening.start()
    if opening[0] != "{":
        return start + 1, Command(letter, missing=ord(opening[0]))
    end = text.find("}", start, start + LONGEST_BODY)
    if end < 0:
        if len(text) - start < LONGEST_BODY:
            return start, None
        end = start + LONGEST_BODY - 1
    return end + 1, Command(letter, _pairs(letter, _SEPARATORS.split(_plain(text[start + 1 : end]))))


def _pairs(letter: str, tokens: list[str]) -> Body:
    cut = [token[:LONGEST_TOKEN] for token in tokens]
    keys = [key if letter == "j" else key[:1] for key in cut[::2]]
    return tuple(zip(keys, cut[1::2], strict=False))[:MOST_PAIRS]


def _esp(letter: str, text: str, at: int) -> tuple[int, Command | None]:
    """Cut a body where its JSON ends or goes wrong."""
    start = _after_blanks(text, at)
    if text[start : start + 1] not in ("", "{"):
        return start + 1, Command(letter, wrong="InvalidInput")
    end, body = _scanned(text[: start + LONGEST_BODY], start)
    if body is not None:
        wrong = "NoMemory" if _needed_bytes(body) > ROOM_BYTES[letter] else ""
        return end, Command(letter, () if wrong else body, wrong=wrong)
    if end != GOES_ON:
        return end, Command(letter, wrong="InvalidInput")
    if len(text) - start < LONGEST_BODY:
        return start, None
    return start + LONGEST_BODY, Command(letter, wrong="NoMemory")


def _needed_bytes(body: Body) -> int:
    """Estimate what a body takes in an ESP: a slot of 16 bytes for each pair, and a copy of its texts."""
    texts = sum(len(key) + 1 + (len(value) + 1 if isinstance(value, str) else 0) for key, value in body)
    return 16 * len(body) + texts


def _scanned(text: str, at: int) -> tuple[int, Body | None]:
    """Read a flat object: where it ends and what it says, or where it is wrong, or that it goes on."""
    pairs: list[tuple[str, Scalar]] = []
    wanted, key = "open", ""
    while wanted != "end":
        token = _TOKEN.match(text, at)
        if token is None:
            return (GOES_ON if _UNFINISHED.match(text, at) else _after_blanks(text, at) + 1), None
        kind, is_value = str(token.lastgroup), wanted == "value"
        wanted = _THEN.get((wanted, token[kind] if kind == "mark" else "word"), "")
        meant = _meant(token[kind], is_json=is_value and kind == "bare")
        if not wanted or not meant:
            return token.start(kind) + 1, None
        if is_value:
            pairs.append((key, meant[0]))
        elif kind != "mark":
            key = str(meant[0])
        at = token.end()
    return at, tuple(pairs)


def _meant(raw: str, *, is_json: bool) -> tuple[Scalar, ...]:
    """Read a word between quotes, or one without them; nothing if it is none."""
    try:
        return (parsed(raw if is_json else f'"{raw}"'),)
    except Invalid:
        return ()


def _after_blanks(text: str, at: int) -> int:
    return len(text) - len(text[at:].lstrip(_BLANKS))


_BLANKS = " \t\r\n"
_BARE = r"[A-Za-z0-9_.+\-]"
_INSIDE = r'(?>(?:[^"\\]|\\.)*)'
_TOKEN = re.compile(
    rf'[{_BLANKS}]*+(?:(?P<mark>[{{}}:,])|"(?P<text>{_INSIDE})"|(?P<bare>{_BARE}++)(?!{_BARE}|\Z))', re.DOTALL
)
_UNFINISHED = re.compile(rf'[{_BLANKS}]*+(?:"{_INSIDE}\\?|{_BARE}++)?\Z', re.DOTALL)
_THEN = {
    ("open", "{"): "first",
    ("first", "}"): "end",
    ("first", "word"): "colon",
    ("colon", ":"): "value",
    ("value", "word"): "after",
    ("after", ","): "key",
    ("after", "}"): "end",
    ("key", "word"): "colon",
}
"""What may follow what in an object."""
