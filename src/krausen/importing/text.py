"""Bytes to lines, with plain words for what is no text."""

import unicodedata

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


class Text(Struct, frozen=True):
    """A file as lines without their ends, and the encoding it was in."""

    lines: tuple[str, ...]
    encoding: str


def text_of(raw: bytes, file: str) -> Text:
    """Decode a file: UTF-8, UTF-16 with its mark, else Latin-1. Lines end in LF, CR LF or CR.

    Raises Invalid, naming the file, when it is empty or not text.
    """
    for signature, what in _SIGNATURES:
        if raw.startswith(signature):
            raise Invalid(f"{file} is {what}, then import the text.")
    text, encoding = _decoded(raw)
    if not text.strip("\0 \t\r\n"):
        raise Invalid(f"{file} is empty.")
    if _is_binary(text):
        raise Invalid(f"{file} is not a text file. Import the log as the other tool wrote it.")
    return Text(_lines(text), encoding)


def _decoded(raw: bytes) -> tuple[str, str]:
    encoding = "UTF-16" if raw.startswith(_UTF16) else "UTF-8"
    try:
        return raw.decode(encoding).removeprefix("\ufeff"), encoding
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "Latin-1"


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE].replace("\0", "")
    strange = sum(unicodedata.category(letter) == "Cc" and letter not in "\t\r\n" for letter in sample)
    return strange * 20 > len(sample)


def _lines(text: str) -> tuple[str, ...]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return tuple(lines if lines[-1] else lines[:-1])
