import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from krausen.cli import export, importing
from krausen.errors import Invalid, KrausenError, NotFound, OperatorNeeded
from krausen.importing.ours import HEADING
from krausen.storage.folder import SERVER, DataFolder

LINES = (
    "May 04 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;4;None\n"
    'May 04 2019 08:01:00;18.2;18.0;"Hops in.";16.0;15.5;None;4;None\n'
)
Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def batch(tmp_path: Path, data: Path) -> str:
    brew = tmp_path / "brew.csv"
    brew.write_text(LINES)
    words = [str(brew), "--timezone", "UTC", "--json", "--data", str(data)]
    report = json.loads(CliRunner().invoke(importing.COMMAND, words).stdout)
    id: str = report["files"][0]["batch"]
    return id


@pytest.fixture
def run(data: Path) -> Run:
    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(export.COMMAND, [*map(str, arguments), "--data", str(data)])

    return invoke


def failure(result: Result) -> KrausenError:
    assert result.exit_code == 1
    assert isinstance(result.exception, KrausenError)
    return result.exception


def test_batch_is_written_to_standard_output(run: Run, batch: str) -> None:
    result = run("--batch", batch)
    assert result.exit_code == 0
    heading, first, second, *rest = result.stdout.splitlines()
    assert heading == ",".join(HEADING)
    assert first == f"2019-05-04T08:00:00.000Z,batch,,,,,,,,{batch},brew"
    assert second == f"2019-05-04T08:00:00.000Z,beer,18.1,°C,good,import,brew,beer,beer,{batch},"
    assert f"2019-05-04T08:01:00.000Z,event,,,,,,note,,{batch},Hops in." in rest
    assert len(rest) == 10


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_was_written_is_known_again(run: Run, batch: str, data: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"taken.{form}"
    run("--batch", batch, "--format", form, "-o", out)
    result = CliRunner().invoke(importing.COMMAND, [str(out), "--json", "--data", str(data)])
    (report,) = json.loads(result.stdout)["files"]
    assert (report["format"], report["stored"], report["batch"]) == (f"krausen_{form}", 0, batch)


def test_batch_is_written_as_brewpi_logged_it(run: Run, batch: str) -> None:
    assert run("--batch", batch, "--format", "brewpi").stdout == LINES


def test_series_are_chosen_by_id_and_time(run: Run, batch: str) -> None:
    assert batch
    whole = run("--format", "jsonl").stdout.splitlines()
    assert len(whole) == 10
    one = run("--series", "s1", "--from", "2019-05-04T08:00:30Z", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["time"] for line in one] == ["2019-05-04T08:01:00.000Z"]
    assert run("--to", "2019-05-04T08:00:00Z", "--format", "jsonl").stdout == ""


def test_file_appears_when_it_is_whole(run: Run, batch: str, tmp_path: Path) -> None:
    out = tmp_path / "out" / "brew.csv"
    out.parent.mkdir()
    out.write_text("Old.")
    assert run("--batch", batch, "-o", out).stdout == ""
    assert out.read_text().startswith(",".join(HEADING))
    before = out.read_text()
    failure(run("--batch", "none", "-o", out))
    assert out.read_text() == before
    assert [path.name for path in out.parent.iterdir()] == ["brew.csv"]


def test_file_that_cannot_be_written_is_told(run: Run, batch: str, tmp_path: Path) -> None:
    told = failure(run("--batch", batch, "-o", tmp_path / "none" / "x.csv"))
    assert isinstance(told, OperatorNeeded)
    assert "No such file" in str(told)


def test_what_is_not_there_is_told(run: Run, batch: str) -> None:
    assert batch
    assert isinstance(failure(run("--batch", "none")), NotFound)
    assert isinstance(failure(run("--series", "s99")), NotFound)
    assert isinstance(failure(run("--from", "2020-01-02T00:00", "--to", "2020-01-01T00:00")), Invalid)


@pytest.mark.parametrize("option", ["--from", "--to"])
def test_a_time_that_is_none_is_refused_by_name(run: Run, option: str) -> None:
    result = run(option, "yesterday")
    assert result.exit_code == 2
    assert f"Invalid value for '{option}': 'yesterday'. A time is written like" in result.stderr


@pytest.mark.parametrize(
    "words", [("--batch", "b", "--series", "s1"), ("--format", "brewpi"), ("--format", "xls")]
)
def test_wrong_usage_is_refused(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_running_server_is_asked(run: Run, batch: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def pieces(_self: object, path: str) -> list[bytes]:
        asked.append(path)
        return [b"a", b"b\n"]

    monkeypatch.setattr("krausen.links.local.LocalServer.pieces", pieces)
    with DataFolder.find(data).hold(SERVER) as hold:
        hold.publish("http://127.0.0.1:1")
        result = run("--batch", batch, "--raw", "--from", "2019-05-04")
    assert result.stdout == "ab\n"
    assert asked == [f"/export?batch={batch}&from=2019-05-04T00%3A00&format=csv&corrected=false"]
