import json
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


def test_a_folder_is_no_file(run: Run, tmp_path: Path) -> None:
    assert failure(run(tmp_path)) == f"{tmp_path} cannot be read: Is a directory."


@pytest.mark.parametrize("arguments", [[], ["--nonsense"], ["brew.csv", "--speed", "3"]])
def test_wrong_usage_is_told_as_such(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_the_help_names_the_formats(run: Run) -> None:
    assert "brewpi_csv  BrewPi log" in run("--help").stdout


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


def test_what_the_server_refuses_is_told_in_its_words(run: Run, data: Path, brew: Path) -> None:
    with serving(data, 422, {"status": 422, "title": "No", "detail": "brew.csv is sour."}):
        result = run(brew)
    assert isinstance(result.exception, Invalid)
    assert failure(result) == "brew.csv is sour."
