import io
import zipfile
from functools import partial

import pytest

from krausen.errors import Invalid
from krausen.importing.archive import Member
from krausen.importing.parcel import Parcel, of_bytes, of_file, of_folder
from tests.unit.importing.reading import FORMATS, made_up

LINE = b"May 04 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;4;None\n"


def logs(parcel: Parcel) -> list[tuple[str, str, bytes]]:
    return [(log.shown, log.file, b"".join(log.pieces())) for log in parcel.logs(FORMATS.values())]


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return made.getvalue()


def test_a_file_is_one_log() -> None:
    parcel = of_bytes("brew.csv", LINE)
    assert parcel.is_one
    assert logs(parcel) == logs(parcel) == [("brew.csv", "brew.csv", LINE)]


def test_an_archive_is_the_logs_in_it() -> None:
    parcel = of_bytes("all.zip", zipped(a=LINE, b=LINE * 2))
    assert not parcel.is_one
    assert logs(parcel) == [("all.zip/a.csv", "a.csv", LINE), ("all.zip/b.csv", "b.csv", LINE * 2)]


def test_a_folder_is_the_logs_in_it() -> None:
    members = [Member("a.csv", lambda most: LINE[:most]), Member("a.png", lambda most: b"x"[:most])]
    parcel = of_folder("all", lambda: iter(members), shown="my/all")
    assert logs(parcel) == [("my/all/a.csv", "a.csv", LINE)]


def test_a_sheet_is_a_log_for_each_brew_with_the_lines_numbered_as_in_it() -> None:
    raw = made_up("lab_sheet").read_bytes()
    found = list(of_bytes("sheet.csv", raw).logs(FORMATS.values()))
    assert [(log.shown, log.file) for log in found] == [
        ("sheet.csv: 12 Dark Lager", "12 Dark Lager.csv"),
        ("sheet.csv: 13 Pale Ale", "13 Pale Ale.csv"),
    ]
    assert [log.line_of(2) for log in found] == [2, 6]


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krausen.importing.parcel.LARGEST", 1 << 20)
    monkeypatch.setattr("krausen.importing.parcel.LARGEST_MEMBER", 1 << 20)
    large = bytes((1 << 20) + 1)
    with pytest.raises(Invalid, match=r"brew.csv is larger than 1 MiB\. Split it and import the parts\."):
        logs(of_bytes("brew.csv", large))
    with pytest.raises(Invalid, match=r"a.csv is larger than 1 MiB"):
        logs(of_bytes("all.zip", zipped(a=large)))


def test_a_file_on_disk_is_read_by_pieces_even_by_two_at_once() -> None:
    raw = LINE * 3000
    (log,) = of_file("brew.csv", io.BytesIO(raw)).logs(FORMATS.values())
    one, other = iter(log.pieces()), iter(log.pieces())
    parts = [(next(one), next(other)) for _ in range(2)]
    assert parts[0][0] == parts[0][1] == raw[: 1 << 16]
    assert b"".join([parts[0][0], parts[1][0], *one]) == raw
    assert b"".join([parts[0][1], parts[1][1], *other]) == raw


def test_an_archive_without_a_log_and_a_spreadsheet_are_told() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(Invalid, match=r"^brew.xlsx is a spreadsheet\. Save it as CSV"):
        logs(of_bytes("brew.xlsx", packed.getvalue()))
    with pytest.raises(Invalid, match=r"^my/all holds no log: no file that ends in \.csv"):
        logs(of_folder("all", lambda: iter([]), shown="my/all"))


def test_the_catalog_of_a_backup_tells_the_units_of_its_logs() -> None:
    log = b"log_time,beer_temp,beer_set\n2019/10/04 08:00:00Z,68.0,67.1\n"
    files = {
        "fermentrack_data.json": b'{"beers":[{"name":"Stout","temp_format":"F"}]}',
        "data/Device 1 - B4 - Stout_graph.csv": log,
    }
    members = [Member(path, partial(_start, raw)) for path, raw in files.items()]
    ((_, file, raw),) = logs(of_folder("all", lambda: iter(members)))
    assert file == "Stout.csv"
    assert raw.splitlines()[1] == b"2019/10/04 08:00:00Z,68.0,67.1,F"


def _start(raw: bytes, most: int) -> bytes:
    return raw[:most]
