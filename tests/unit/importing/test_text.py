import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.importing.text import Lines, Text, lines_of, pieces_of, text_of


@pytest.mark.parametrize(
    ("raw", "lines", "encoding"),
    [
        (b"a\nb", ("a", "b"), "UTF-8"),
        (b"a\n\nb\n", ("a", "", "b"), "UTF-8"),
        (b"a\r\nb\r\n", ("a", "b"), "UTF-8"),
        (b"a\rb\r", ("a", "b"), "UTF-8"),
        (b"\xef\xbb\xbfa\n", ("a",), "UTF-8"),
        ("Kölsch\n".encode(), ("Kölsch",), "UTF-8"),
        ("Kölsch\n".encode("latin-1"), ("Kölsch",), "Latin-1"),
        ("Kölsch\r\nAlt".encode("utf-16"), ("Kölsch", "Alt"), "UTF-16"),
        (b"a\0\0\0b\n\0", ("a\0\0\0b", "\0"), "UTF-8"),
        ("a\x85b c\n".encode(), ("a\x85b c",), "UTF-8"),
    ],
)
def test_bytes_become_lines(raw: bytes, lines: tuple[str, ...], encoding: str) -> None:
    if "\x85" in lines[0]:
        raw = raw + b"x" * 40 + b"\n"
        lines = (*lines, "x" * 40)
    assert text_of(raw, "brew.csv") == Text(lines, encoding)


@pytest.mark.parametrize("raw", [b"", b"\n\n \t\r\n", b"\0" * 100, b"\xef\xbb\xbf"])
def test_a_file_without_content_is_called_empty(raw: bytes) -> None:
    with pytest.raises(Invalid, match=r"^brew\.csv is empty\.$"):
        text_of(raw, "brew.csv")


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"PK\x03\x04rest", "ZIP archive"),
        (b"\x1f\x8b\x08", "gzip archive"),
        (b"SQLite format 3\x00", "SQLite database"),
        (b"\x89PNG\r\n", "picture"),
        (b"%PDF-1.7", "PDF"),
        (bytes(range(256)), "not a text file"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x03\x00\x3e\x00", "not a text file"),
    ],
)
def test_what_is_no_text_is_told_by_what_it_is(raw: bytes, what: str) -> None:
    with pytest.raises(Invalid, match=rf"^brew\.csv is .*{what}"):
        text_of(raw, "brew.csv")


@given(raw=st.binary(max_size=300))
def test_any_bytes_become_lines_or_are_refused(raw: bytes) -> None:
    try:
        text = text_of(raw, "brew.csv")
    except Invalid as refusal:
        told = str(refusal)
    else:
        told = "brew.csv is read"
        assert not any("\n" in line or "\r" in line for line in text.lines)
        assert any(line.strip("\0 \t") for line in text.lines)
    assert told.startswith("brew.csv is ")


@given(
    lines=st.lists(st.text("abcäöü €;", min_size=1, max_size=20), min_size=1).filter(
        lambda x: "".join(x).strip()
    )
)
def test_lines_come_back_as_they_were_written(lines: list[str]) -> None:
    assert text_of("\r\n".join(lines).encode(), "brew.csv") == Text(tuple(lines), "UTF-8")


@given(source=st.data(), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]))
def test_any_cut_into_pieces_gives_the_same_lines(source: st.DataObject, encoding: str) -> None:
    text = source.draw(st.text("aä;\r\n\0", max_size=40)) + "x" * source.draw(st.sampled_from([1, 5000]))
    raw = text.encode(encoding)
    cuts = sorted(source.draw(st.sets(st.integers(0, len(raw)), max_size=8)))
    pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    assert tuple(line for line, _ in lines_of(pieces, "brew.csv")) == text_of(raw, "brew.csv").lines


def test_two_files_in_two_encodings_that_were_joined_are_both_read() -> None:
    raw = "Kölsch\n".encode() + "Kölsch\n".encode("latin-1")
    assert text_of(raw, "brew.csv") == Text(("Kölsch", "Kölsch"), "Latin-1")


def test_letters_cut_in_two_by_the_end_of_the_sample_are_no_binary() -> None:
    raw = ("x" + "я" * 5000).encode()
    assert text_of(raw, "brew.csv").lines == (raw.decode(),)


def test_an_endless_file_is_not_read_to_its_end_before_the_first_line() -> None:
    pieces = (b"2019;18.5\n" * 1000 for _ in range(1_000_000_000))
    lines = lines_of(pieces, "brew.csv")
    assert [next(lines)[0] for _ in range(5000)] == ["2019;18.5"] * 5000


@given(raw=st.binary(max_size=200).map(lambda drawn: b"a\n" + drawn.replace(b"\0", b"")))
def test_lines_can_be_gone_through_again_and_again(raw: bytes) -> None:
    try:
        text = text_of(raw, "brew.csv")
    except Invalid:
        return
    lines = Lines(pieces_of(raw), "brew.csv")
    assert tuple(lines) == tuple(lines) == text.lines
    assert (len(lines), lines.encoding) == (len(text.lines), text.encoding)
    assert "a" in lines
    assert "not there" * 50 not in lines
    assert tuple(lines.by(lambda: [raw])) == text.lines


@given(length=st.integers(8_985, 9_015), size=st.integers(1, 4_000))
def test_a_line_that_is_too_long_is_cut_between_letters(length: int, size: int) -> None:
    line = ("xxö" * length).encode()[:length].decode(errors="ignore")
    raw = f"head\n{line}\ntail".encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("krausen.importing.text.LONGEST", 9_000)
        found = list(lines_of([raw[at : at + size] for at in range(0, len(raw), size)], "log"))
    assert [(text[:4], encoding) for text, encoding in found] == [
        ("head", "UTF-8"),
        ("xxöx", "UTF-8"),
        ("tail", "UTF-8"),
    ]
    kept = found[1][0]
    assert line.startswith(kept)
    assert kept == line or 8_996 <= len(kept.encode()) <= 9_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_a_text_comes_in_chunks_whatever_its_encoding(encoding: str) -> None:
    raw = '["Kölsch",\n"Größe"]'.encode(encoding)
    lines = Lines(lambda: [raw[at : at + 3] for at in range(0, len(raw), 3)], "log")
    assert "".join(lines.chunks()) == '["Kölsch",\n"Größe"]'
