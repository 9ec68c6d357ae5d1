import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from krausen.cli.importing import COMMAND, SHOWN
from krausen.errors import Invalid, KrausenError, OperatorNeeded, TryAgain
from krausen.storage.folder import SERVER, DataFolder

BREW = Path(__file__).parents[2] / "recordings/brewpi_log/brewpi_2014-02-03_2d.csv"
SHEET = Path(__file__).parents[2] / "recordings/lab_sheet/made_up.csv"
LINE = "May 04 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;4;None\n"
Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path) -> Run:
    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(COMMAND, [*map(str, arguments), "--data", str(data)])

    return invoke


@pytest.fixture
def brew(tmp_path: Path) -> Path:
    path = tmp_path / "brew.csv"
    path.write_text(LINE)
    return path


def facts(result: Result) -> dict[str, str]:
    lines = [line.split(maxsplit=1) for line in result.stdout.splitlines() if line.startswith("  ")]
    return {words[0]: words[1].strip() for words in lines if len(words) == 2}


def failure(result: Result) -> str:
    assert result.exit_code == 1
    assert isinstance(result.exception, KrausenError)
    assert "\n" not in str(result.exception)
    return str(result.exception)


def test_a_brew_is_imported_and_told_of(run: Run) -> None:
    result = run(BREW, "--timezone", "Europe/Amsterdam")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == str(BREW)
    told = facts(result)
    assert told.pop("batch").startswith("brewpi_2014-02-03_2d-")
    assert told == {
        "format": "brewpi_csv",
        "rows": "3,341",
        "stored": "3,272",
        "repeated": "69",
        "skipped": "0",
        "from": "2014-02-03T18:04:58.000Z",
        "to": "2014-02-05T22:48:41.000Z",
        "zone": "Europe/Amsterdam",
    }


def test_importing_again_repeats_every_row(run: Run) -> None:
    run(BREW)
    told = facts(run(BREW))
    assert (told["stored"], told["repeated"]) == ("0", "3,341")


def test_the_report_for_programs_is_json(run: Run, brew: Path) -> None:
    (file,) = json.loads(run(brew, "--json", "--timezone", "UTC").stdout)["files"]
    assert file.pop("batch").startswith("brew-")
    assert file == {
        "file": str(brew),
        "format": "brewpi_csv",
        "zone": "UTC",
        "rows": 1,
        "stored": 1,
        "repeated": 0,
        "skipped": [],
        "from": "2019-05-04T08:00:00.000Z",
        "to": "2019-05-04T08:00:00.000Z",
        "remarks": [],
    }


def test_a_dry_run_leaves_nothing(run: Run, brew: Path) -> None:
    told = run(brew, "--dry-run")
    assert "to be stored  1" in told.stdout
    assert facts(told)["batch"] == "a new one"
    assert facts(run(brew))["stored"] == "1"


def test_skipped_lines_are_shown_up_to_a_number(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "brew.csv"
    path.write_text(LINE + "rubbish [bold]\n" * (SHOWN + 5))
    result = run(path)
    assert result.exit_code == 0
    shown = [line for line in result.stdout.splitlines() if "Cut off after 1 of 9 columns." in line]
    assert [line.split()[:2] for line in shown] == [["line", str(n)] for n in range(2, SHOWN + 2)]
    assert "and 5 more; --json has them all" in result.stdout
    assert len(json.loads(run(path, "--json").stdout)["files"][0]["skipped"]) == SHOWN + 5


def test_remarks_are_shown(run: Run, brew: Path) -> None:
    assert "No time zone was given" in run(brew).stdout


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"time,beer\n1,2\n"])
def test_a_file_that_cannot_be_imported_fails_with_one_line(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "strange.csv"
    path.write_bytes(content)
    result = run(path)
    assert failure(result).startswith("strange.csv is ")
    assert result.stdout == ""


def test_the_other_files_are_imported_all_the_same(run: Run, brew: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("")
    result = run(tmp_path / "empty.csv", brew, tmp_path / "absent.csv")
    told = failure(result)
    assert told.startswith("2 of 3 files could not be imported, the rest is done. empty.csv is empty. ")
    assert told.endswith("absent.csv cannot be read: No such file or directory.")
    assert facts(result)["stored"] == "1"


def test_when_no_file_can_be_imported_that_is_said(run: Run, tmp_path: Path) -> None:
    assert failure(run(tmp_path, tmp_path / "absent.csv")).startswith("None of the 2 files was imported. ")


def test_a_reason_that_all_files_share_is_told_once(run: Run, brew: Path) -> None:
    told = failure(run(brew, brew, "--timezone", "Nowhere/Land"))
    assert told.count("There is no time zone 'Nowhere/Land'") == 1


def test_a_folder_without_a_log_is_told(run: Run, tmp_path: Path) -> None:
    assert failure(run(tmp_path)).startswith(f"{tmp_path} holds no log: no file that ends in .csv")


@pytest.fixture
def days(tmp_path: Path) -> Path:
    folder = tmp_path / "Pale Ale"
    folder.mkdir()
    (folder / "Pale Ale-2019-05-04.csv").write_text(LINE)
    (folder / "Pale Ale-2019-05-04.json").write_text("{}")
    (folder / "Pale Ale-2019-05-05.csv").write_text(LINE.replace("May 04", "May 05"))
    (folder / "picture.png").write_bytes(b"x")
    return folder


def reports(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.exception
    files: list[dict[str, Any]] = json.loads(result.stdout)["files"]
    return files


def test_a_folder_of_days_becomes_one_brew(run: Run, days: Path) -> None:
    first, second = reports(run(days, "--json"))
    assert [Path(report["file"]).name for report in (first, second)] == [
        "Pale Ale-2019-05-04.csv",
        "Pale Ale-2019-05-05.csv",
    ]
    assert first["batch"] == second["batch"]
    assert first["batch"].startswith("pale-ale-")
    assert [report["stored"] for report in reports(run(days, "--json"))] == [0, 0]


@pytest.mark.parametrize("form", ["zip", "gztar", "xztar"])
def test_an_archive_is_the_same_as_its_folder(run: Run, days: Path, tmp_path: Path, form: str) -> None:
    packed = shutil.make_archive(str(tmp_path / "backup"), form, days.parent, days.name)
    found = reports(run(packed, "--json"))
    assert [report["file"] for report in found] == [
        f"{packed}/Pale Ale/Pale Ale-2019-05-04.csv",
        f"{packed}/Pale Ale/Pale Ale-2019-05-05.csv",
    ]
    assert [report["stored"] for report in reports(run(days, "--json"))] == [0, 0]


def test_a_backup_of_fermentrack_gives_its_brews_in_their_units(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "backup.tar.xz"
    catalog = b'{"beers":[{"name":"Stout","temp_format":"F"}]}'
    log = b"log_time,beer_temp,beer_set\r\n2019/10/04 08:00:00Z,68.0,67.1\r\n"
    with tarfile.open(path, "w:xz") as made:
        for name, content in {
            "data/Device 1 - B4 - Stout_graph.csv": log,
            "fermentrack_data.json": catalog,
        }.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
    (report,) = reports(run(path, "--json"))
    assert (report["format"], report["stored"], report["batch"][:6]) == ("fermentrack_csv", 1, "stout-")
    short = tmp_path / "Stout.csv"
    short.write_bytes(log.replace(b"68.0,67.1", b"20.0,19.5"))
    assert reports(run(short, "--json"))[0]["repeated"] == 1


def test_a_sheet_of_several_brews_becomes_several_batches(run: Run) -> None:
    first, second = reports(run(SHEET, "--json"))
    assert (first["file"], second["file"]) == (f"{SHEET}: 12 Dark Lager", f"{SHEET}: 13 Pale Ale")
    assert [(report["rows"], report["stored"]) for report in (first, second)] == [(4, 3), (1, 1)]
    assert first["skipped"] == [{"line": 2, "reason": "It has no time."}]
    assert first["batch"] != second["batch"]


def test_what_fails_in_a_folder_does_not_keep_the_rest_from_being_imported(run: Run, days: Path) -> None:
    (days / "notes.txt").write_text("Buy hops.")
    result = run(days)
    assert failure(result).startswith(
        "1 of 3 files could not be imported, the rest is done. notes.txt is in no"
    )
    assert result.stdout.count("stored") == 2


def test_a_broken_archive_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    path.write_bytes(b"PK\x03\x04rest")
    assert failure(run(path)).startswith("backup.zip is a damaged archive")


def test_a_spreadsheet_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "brew.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
    assert failure(run(path)) == f"{path} is a spreadsheet. Save it as CSV, a file for each of its tables."


def test_details_may_be_given_with_the_format(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n2019-10-04 08:00,68\n")
    (report,) = reports(run(path, "--json", "--format", "csv_table:a=time,b=beer:F", "--timezone", "UTC"))
    assert (report["format"], report["stored"], report["remarks"]) == ("csv_table", 1, [])


@pytest.mark.parametrize("arguments", [[], ["--nonsense"], ["brew.csv", "--speed", "3"]])
def test_wrong_usage_is_told_as_such(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_the_help_names_the_formats(run: Run) -> None:
    told = run("--help").stdout.split()
    assert {"brewpi_csv", "fermentrack_csv", "tilt_csv", "csv_table"} <= set(told)


def test_a_data_folder_that_cannot_be_is_told(brew: Path) -> None:
    result = CliRunner().invoke(COMMAND, [str(brew), "--data", str(brew)])
    assert isinstance(result.exception, OperatorNeeded)


def test_a_folder_in_use_without_a_server_is_told(run: Run, data: Path, brew: Path) -> None:
    with DataFolder.find(data).hold(SERVER, "krausen import"):
        assert isinstance(run(brew).exception, TryAgain)


class FakeServer(ThreadingHTTPServer):
    """Answers every import with one report, and remembers what came."""

    daemon_threads = True

    def __init__(self, status: int, document: object) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status = status
        self.body = json.dumps(document).encode()
        self.came: list[tuple[str, str | None, bytes]] = []


class _Answer(BaseHTTPRequestHandler):
    server: FakeServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((self.path, self.headers["Authorization"], body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 the name is the library's
        """Keep quiet."""


@contextmanager
def serving(data: Path, status: int, document: object) -> Iterator[FakeServer]:
    folder = DataFolder.find(data)
    folder.leave_secret("krs_secret")
    with FakeServer(status, document) as server, folder.hold(SERVER) as hold:
        hold.publish(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def test_where_a_server_runs_the_file_goes_through_it(run: Run, data: Path, brew: Path) -> None:
    (report,) = json.loads(run(brew, "--json", "--dry-run").stdout)["files"]
    with serving(
        data, 201, {"files": [{**report, "file": "brew.csv", "batch": "from-the-server"}]}
    ) as server:
        told = run(brew, "--json", "--timezone", "Asia/Tokyo")
    assert json.loads(told.stdout)["files"] == [{**report, "batch": "from-the-server"}]
    path = "/api/v1/imports?name=brew.csv&timezone=Asia%2FTokyo"
    assert server.came == [(path, "Bearer krs_secret", LINE.encode())]


def test_a_folder_goes_through_the_server_as_an_archive(run: Run, data: Path, days: Path) -> None:
    reports = json.loads(run(days, "--json", "--dry-run").stdout)["files"]
    answer = {
        "files": [{**report, "file": report["file"].replace(str(days), "Pale Ale")} for report in reports],
        "passed_over": [{"file": "Pale Ale/notes.txt", "reason": "notes.txt is sour."}],
    }
    (days / "notes.txt").write_text("Buy hops.")
    with serving(data, 201, answer) as server:
        result = run(days, "--json")
    assert json.loads(result.stdout)["files"] == reports
    assert failure(result) == "1 of 3 files could not be imported, the rest is done. notes.txt is sour."
    ((path, _, body),) = server.came
    assert path == "/api/v1/imports?name=Pale+Ale"
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert sorted(archive.namelist()) == [
            "Pale Ale-2019-05-04.csv",
            "Pale Ale-2019-05-05.csv",
            "notes.txt",
        ]


def test_a_file_that_no_running_server_takes_is_not_sent(
    run: Run, data: Path, brew: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("krausen.cli.importing.LARGEST", 10)
    with serving(data, 201, {"files": []}) as server:
        told = failure(run(brew))
    assert told.endswith("Stop the server with `krausen stop`, import, and start it again.")
    assert server.came == []


def test_a_dry_run_of_a_table_shows_what_its_columns_were_taken_for(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Tid;Beer;Nr\n2019-10-04 08:00;18,5;x\n")
    assert "columns       csv_table:Tid=time,Beer=beer:C,Nr=-" in run(path, "--dry-run").stdout
    assert "columns" not in run(path).stdout


def test_skipped_lines_that_are_only_counted_are_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("krausen.importing.gathered.MOST_SKIPPED", SHOWN + 2)
    path = tmp_path / "brew.csv"
    path.write_text(LINE + "rubbish\n" * (SHOWN + 5))
    told = run(path)
    assert "and 5 more; --json has 10,000" in told.stdout
    assert facts(told)["skipped"] == str(SHOWN + 5)


def test_what_the_server_refuses_is_told_in_its_words(run: Run, data: Path, brew: Path) -> None:
    with serving(data, 422, {"status": 422, "title": "No", "detail": "brew.csv is sour."}):
        result = run(brew)
    assert isinstance(result.exception, Invalid)
    assert failure(result) == "brew.csv is sour."
