"""Bytes to lines, with plain words for what is no text."""

import codecs
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from copy import copy
from itertools import chain

from msgspec import Struct

from krausen.errors import Invalid

_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet: unpack it, or save it as text"),
    (b"\x1f\x8b", "a gzip archive: unpack it"),
    (b"BZh", "a bzip2 archive: unpack it"),
    (b"\xfd7zXZ\x00", "an xz archive: unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it"),
    (b"SQLite format 3\x00", "an SQLite database: export its tables as text"),
    (b"\x89PNG", "a picture: import the log itself"),
    (b"\xff\xd8\xff", "a picture: import the log itself"),
    (b"%PDF-", "a PDF: import the log itself"),
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SAMPLE = 4096
PIECE = 64 * 1024
"""Bytes that are looked at together."""
LONGEST = 1024 * 1024
"""Bytes of a line that are given; the rest of a longer one is left out."""
_HIGH = bytes(range(0x80, 0x100))
_LATIN_1 = {0xDC00 + byte: byte for byte in _HIGH}
"""What bytes that are no UTF-8 become, which Python decodes to lone surrogates."""

Pieces = Callable[[], Iterable[bytes]]
"""Gives a file piece by piece, from its beginning at every call."""


class NoLog(Invalid):
    """A file that is no log of any kind, so that nothing is missed where it lies among logs."""


class Text(Struct, frozen=True):
    """A file as lines without their ends, and the encoding it was in."""

    lines: tuple[str, ...]
    encoding: str


class Lines(Collection[str]):
    """The lines of a file, read anew each time they are gone through, so that they are never all in memory.

    Raises Invalid, naming the file, when it is empty or not text.
    """

    def __init__(self, pieces: Pieces, file: str) -> None:
        self._pieces = pieces
        self._file = file
        self._length = 0
        encodings: set[str] = set()
        for _, encoding in lines_of(pieces(), file):
            self._length += 1
            encodings.add(encoding)
        self.encoding = max(encodings - {"UTF-8"}, default="UTF-8")

    def by(self, pieces: Pieces) -> "Lines":
        """Give the same lines, read by other pieces of the same file."""
        same = copy(self)
        same._pieces = pieces
        return same

    def chunks(self) -> Iterator[str]:
        """Yield the text as it comes, however long its lines are; bytes that are no UTF-8 are Latin-1."""
        pieces = iter(self._pieces())
        head = _head(pieces)
        wide = head.startswith(_UTF16)
        decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
        for piece in (
            _narrow(chain([head], pieces)) if wide else chain([head.removeprefix(codecs.BOM_UTF8)], pieces)
        ):
            text = decoder.decode(piece)
            yield text if text.isascii() else text.translate(_LATIN_1)
        yield decoder.decode(b"", final=True).translate(_LATIN_1)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[str]:
        return (line for line, _ in lines_of(self._pieces(), self._file))

    def __contains__(self, wanted: object) -> bool:
        return any(line == wanted for line in self)


def pieces_of(raw: bytes) -> Pieces:
    """Give a file that is in memory piece by piece."""
    return lambda: (raw[at : at + PIECE] for at in range(0, len(raw), PIECE))


def text_of(raw: bytes, file: str) -> Text:
    """Decode a file: UTF-8, UTF-16 with its mark, else Latin-1. Lines end in LF, CR LF or CR.

    Raises Invalid, naming the file, when it is empty or not text.
    """
    lines: list[str] = []
    encodings: set[str] = set()
    for line, encoding in lines_of(pieces_of(raw)(), file):
        lines.append(line)
        encodings.add(encoding)
    return Text(tuple(lines), max(encodings - {"UTF-8"}, default="UTF-8"))


def lines_of(pieces: Iterable[bytes], file: str) -> Iterator[tuple[str, str]]:
    """Yield each line of a file that comes in pieces, and the encoding it was in, however it is cut.

    Holds no more than a piece and a line, of which `LONGEST` bytes are given. A line that is not UTF-8 is
    Latin-1, whatever the others are: so two files that were joined are both read. Raises Invalid, naming the
    file, when it is empty or not text.
    """
    rest = iter(pieces)
    head = _head(rest)
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise NoLog(f"{file} is {what}, then import the text.")
    wide = head.startswith(_UTF16)
    whole = _narrow(chain([head], rest)) if wide else chain([head.removeprefix(codecs.BOM_UTF8)], rest)
    if _is_binary(_sample(head, wide=wide)):
        raise NoLog(f"{file} is not a text file. Import the log as the other tool wrote it.")
    is_empty = True
    for line in _parted(whole):
        is_empty = is_empty and not line.strip(b"\0 \t")
        yield _decoded(line, wide=wide)
    if is_empty:
        raise NoLog(f"{file} is empty.")


def _head(pieces: Iterator[bytes]) -> bytes:
    head = bytearray()
    while len(head) < _SAMPLE and (piece := next(pieces, None)) is not None:
        head += piece
    return bytes(head)


def _narrow(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Turn UTF-16 with its mark into UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    for piece in pieces:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()


def _parted(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines; a CR ends one at once, and an LF that follows it, be it in the next piece, ends none."""
    kept = bytearray()
    after_cr = False
    for piece in filter(None, pieces):
        fresh = piece[1:] if after_cr and piece.startswith(b"\n") else piece
        after_cr = fresh.endswith(b"\r")
        first, *others = fresh.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        kept += first[: LONGEST - len(kept)]
        if others:
            others.insert(0, _whole(kept))
            kept = bytearray(others.pop()[:LONGEST])
            yield from others
    if kept:
        yield _whole(kept)


def _whole(line: bytearray) -> bytes:
    """Give a line; where it was too long, without a letter that may have been cut."""
    return bytes(line) if len(line) < LONGEST else bytes(line).rstrip(_HIGH)


def _decoded(line: bytes, *, wide: bool) -> tuple[str, str]:
    try:
        return line.decode(), "UTF-16" if wide else "UTF-8"
    except UnicodeDecodeError:
        return line.decode("latin-1"), "Latin-1"


def _sample(head: bytes, *, wide: bool) -> str:
    decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8")()
    try:
        return decoder.decode(head[:_SAMPLE])
    except UnicodeDecodeError:
        return head[:_SAMPLE].decode("latin-1")


def _is_binary(text: str) -> bool:
    sample = text.replace("\0", "")
    strange = sum(unicodedata.category(letter) == "Cc" and letter not in "\t\r\n" for letter in sample)
    return strange * 20 > len(sample)
