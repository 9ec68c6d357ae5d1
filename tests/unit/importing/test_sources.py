import io
import lzma
import tarfile
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.importing import archive
from krausen.importing.archive import is_archive, members
from krausen.importing.sources import Source, brews_of, is_spreadsheet, sources, units_of, with_unit
from krausen.importing.text import pieces_of
from tests.unit.importing.reading import FORMATS, lines_in, made_up

FILES = {"Pale Ale/a.csv": b"one", "settings.json": b"{}"}


def zipped(files: Mapping[str, bytes] = FILES) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.mkdir("Pale Ale")
        for path, content in files.items():
            made.writestr(path, content)
    return file


def tarred(form: str, files: Mapping[str, bytes] = FILES) -> io.BytesIO:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=f"w:{form}") as made:  # type: ignore[call-overload]  # the form is a parameter
        folder = tarfile.TarInfo("Pale Ale")
        folder.type = tarfile.DIRTYPE
        made.addfile(folder)
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
    return file


def content(file: io.BytesIO, most: int = 100) -> dict[str, bytes]:
    return {member.path: member.read(most) for member in members(file, "backup")}


@pytest.mark.parametrize("form", ["", "gz", "bz2", "xz", "zip"])
def test_every_kind_of_archive_is_read(form: str) -> None:
    file = zipped() if form == "zip" else tarred(form)
    assert is_archive(file.getvalue()[:512])
    assert content(file) == FILES
    assert content(file, 2) == {path: raw[:2] for path, raw in FILES.items()}


def test_a_log_is_no_archive() -> None:
    assert not is_archive(b"2019-10-04 08:00:00,18.5")


@pytest.mark.parametrize(
    "raw", [b"PK\x03\x04rest", b"\x1f\x8b\x08rest", lzma.compress(b"no tar"), b"\xfd7zXZ\x00"]
)
def test_a_damaged_archive_is_told(raw: bytes) -> None:
    with pytest.raises(Invalid, match=r"^backup is a damaged archive"):
        content(io.BytesIO(raw))


def test_a_locked_archive_is_told() -> None:
    raw = bytearray(zipped({"a.csv": b"one"}).getvalue())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.rindex(signature) + at] |= 1
    with pytest.raises(Invalid, match="locked with a password"):
        content(io.BytesIO(bytes(raw)))


def test_an_archive_that_would_grow_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 1)
    with pytest.raises(Invalid, match="too large unpacked"):
        content(zipped())
    monkeypatch.undo()
    monkeypatch.setattr(archive, "MOST_BYTES", 4)
    with pytest.raises(Invalid, match="too large unpacked"):
        content(tarred("gz"))


def test_days_of_a_brewpi_log_make_one_brew() -> None:
    paths = [
        "Ale/Ale-2014-02-03.csv",
        "Ale/Ale-2014-02-03.json",
        "Ale/Ale-2014-02-03-1.csv",
        "Ale/Ale-2014-02-04.json",
    ]
    assert sources(paths) == [
        Source("Ale/Ale-2014-02-03-1.csv", "Ale.csv"),
        Source("Ale/Ale-2014-02-03.csv", "Ale.csv"),
        Source("Ale/Ale-2014-02-04.json", "Ale.json"),
    ]


def test_brews_of_the_same_title_in_different_folders_are_told_apart() -> None:
    assert sources(["2013/Ale-2013-01-01.csv", "2014/Ale-2014-01-01.csv"]) == [
        Source("2013/Ale-2013-01-01.csv", "Ale 2013.csv"),
        Source("2014/Ale-2014-01-01.csv", "Ale 2014.csv"),
    ]


def test_full_logs_of_fermentrack_are_taken_under_the_names_of_their_brews() -> None:
    paths = [
        "data/Device 1 - B3 - Pale Ale_full.csv",
        "data/Device 1 - B3 - Pale Ale_graph.csv",
        "data/Device 1 - B4 - Stout_graph.csv",
        "data/Device 1 - B4 - Stout_annotations.almost_json",
        "data/Gravity Device 2 - L1 - Pale Ale_full.csv",
        "fermentrack_data.json",
    ]
    assert sources(paths) == [
        Source("data/Device 1 - B3 - Pale Ale_full.csv", "Pale Ale B3.csv"),
        Source("data/Device 1 - B4 - Stout_graph.csv", "Stout.csv"),
        Source("data/Gravity Device 2 - L1 - Pale Ale_full.csv", "Pale Ale L1.csv"),
    ]


def test_what_is_no_log_is_left_out() -> None:
    assert sources([".hidden/a.csv", "__MACOSX/._a.csv", "a.png", "README", "a/.b.csv"]) == []
    assert sources(["./a.log", "a\\b.TXT"]) == [Source("./a.log", "a.log"), Source("a\\b.TXT", "b.TXT")]


@given(paths=st.lists(st.text("aA-_./\\0123 ", max_size=20).map(lambda name: f"{name}.csv"), unique=True))
def test_no_log_is_taken_twice(paths: list[str]) -> None:
    found = [source.path for source in sources(paths)]
    assert len(set(found)) == len(found)
    assert set(found) <= set(paths)


@pytest.mark.parametrize(
    ("paths", "is_one"),
    [
        (["[Content_Types].xml", "xl/workbook.xml"], True),
        (["mimetype", "content.xml"], True),
        (["content.xml", "a.csv"], False),
    ],
)
def test_a_spreadsheet_is_told_from_an_archive(paths: list[str], *, is_one: bool) -> None:
    assert is_spreadsheet(paths) is is_one


CATALOG = (
    b'{"file_version":"2.0.0","beers":[{"name":"Stout","temp_format":"F"}],'
    b'"gravity_logs":[{"name":"L","format":"C"}]}'
)


def test_the_catalog_of_a_backup_gives_the_units() -> None:
    assert units_of(CATALOG) == {"Stout": "F", "L": "C"}
    assert units_of(b"rubbish") == units_of(b'{"beers":7}') == {}


def test_the_unit_is_written_into_short_logs_alone() -> None:
    short, units = "data/Device 1 - B4 - Stout_graph.csv", {"Stout": "F"}
    raw = b"log_time,beer_temp\r\n2019/10/04 08:00:00Z,68.0\r\n\r\n"
    told = with_unit(raw, short, units)
    assert told == b"log_time,beer_temp,temp_format\n2019/10/04 08:00:00Z,68.0,F\n"
    assert with_unit(raw, short, {}) == with_unit(raw, "a.csv", units) == raw
    assert with_unit(raw, short.replace("graph", "full"), units) == raw
    assert with_unit(b"", short, units) == b""


def test_a_sheet_is_taken_apart_with_its_numbers_of_lines() -> None:
    raw = made_up("lab_sheet").read_bytes()
    brews = brews_of(pieces_of(raw), "sheet.csv", FORMATS.values())
    assert list(brews) == ["12 Dark Lager", "13 Pale Ale"]
    lines = lines_in(raw)
    for part in brews.values():
        parted = lines_in(part.raw)
        assert [lines[part.line_of(place) - 1] for place in range(2, len(parted) + 1)] == parted[1:]
        assert parted[0] == lines[0].replace("Date", "date (day first)")


def test_a_sheet_of_too_many_brews_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krausen.importing.sources.MOST_BREWS", 1)
    raw = made_up("lab_sheet").read_bytes()
    with pytest.raises(Invalid, match=r"sheet.csv holds 2 brews, more than 1\. Split it\."):
        brews_of(pieces_of(raw), "sheet.csv", FORMATS.values())


@pytest.mark.parametrize("name", ["tilt_csv", "brewpi_chart"])
def test_a_file_of_one_brew_is_not_taken_apart(name: str) -> None:
    assert brews_of(pieces_of(made_up(name).read_bytes()), "a", FORMATS.values()) == {}


def test_a_sheet_of_one_brew_and_an_empty_file_are_not_taken_apart() -> None:
    sheet = b"\n".join(made_up("lab_sheet").read_bytes().splitlines()[:4])
    assert (
        brews_of(pieces_of(sheet), "a", FORMATS.values())
        == brews_of(pieces_of(b""), "a", FORMATS.values())
        == {}
    )
