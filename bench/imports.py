"""How many rows a second each import format reads, from bytes to a plan, and how much memory that takes."""

import asyncio
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from zoneinfo import ZoneInfo

from krausen.importing.gathered import gathered
from krausen.importing.local_time import LocalTime
from krausen.importing.parcel import of_file
from krausen.importing.plan import Fresh, judge, plan
from krausen.importing.recognition import format_of
from krausen.importing.text import Lines, pieces_of
from krausen.importing.undertaking import Wish
from krausen.ports.clock import Clock
from krausen.server.imports import Imports, known_formats
from krausen.storage.catalog import SqlCatalog
from krausen.storage.history.sqlite import SqliteHistory

ROWS = 20_000
RUNS = 3
LATER = 40_000_000_000_000
BIG = 16 * 1024 * 1024
MINUTES = 1
ZONE = ZoneInfo("Europe/Copenhagen")
START = datetime(2019, 1, 1, tzinfo=UTC)

Line = Callable[[datetime, float], str]
"""Writes the row of a time and a temperature."""
FILES: dict[str, tuple[str, Line, str]] = {
    "airlock_log": ("", lambda t, _: f"ferm1|{t:%Y%m%d:%H%M%S}", "\n"),
    "bioreactor_csv": (
        "timestamp,od_reading,angle,channel\n",
        lambda t, v: f"{t:%Y-%m-%dT%H:%M:%SZ},{v},90,2",
        "\n",
    ),
    "brewpi_chart": (
        '{"rows":[',
        lambda t, v: (
            f'{{"c":[{{"v":"Date({t.year},{t.month - 1},{t.day},{t.hour},{t.minute})"}},{{"v":{v}}}]}}'
        ),
        ",",
    ),
    "brewpi_csv": ("", lambda t, v: f"{t:%b %d %Y %H:%M:%S};{v};18.0;None;16.2;15.5;None;4;None", "\n"),
    "chamber_log": ("", lambda t, v: f"{t:%Y-%m-%d_%H:%M:%S} off {v + 50} 1013.2 45.6", "\n"),
    "climate_csv": ("Date,Tair,RH,CO2,VentLee\n", lambda t, v: f"{t:%m/%d/%Y %H:%M},{v},80.1,423,0.3", "\n"),
    "csv_table": ("time;beer;room\n", lambda t, v: f"{t:%Y-%m-%d %H:%M:%S};{v};20.5", "\n"),
    "fermentrack_csv": (
        "log_time,beer_temp,beer_set,fridge_temp,fridge_set,room_temp,state\n",
        lambda t, v: f"{t:%Y/%m/%d %H:%M:%SZ},{v},19.5,17.9,18,0,4",
        "\n",
    ),
    "ispindel_log": (
        "",
        lambda t, v: f"{t:%Y-%m-%d %H:%M:%S},955 {{'angle': 56.7, 'temperature': {v}, 'gravity': 1.057}}",
        "\n",
    ),
    "lab_sheet": (
        "Batch Number,Date,Temperature,Gravity\n",
        lambda t, v: f"7,{t:%Y-%m-%d %H:%M},{v},12.0",
        "\n",
    ),
    "plaato_csv": (
        "timestamp,isoTime,density,temperature\n",
        lambda t, v: f"{t:%a %b %d %Y},{t:%Y-%m-%dT%H:%M:%S.000Z},12.5,{v}",
        "\n",
    ),
    "probe_json": ("[", lambda t, v: f'["{t:%Y%m%d:%H%M%S}", "{v}"]', ","),
    "probe_log": ("", lambda t, v: f"{t:%Y.%m.%d %H:%M:%S},{v}", "\n"),
    "rapt_csv": (
        "timestamp,gravity,temperature\n",
        lambda t, v: f"{t:%Y-%m-%dT%H:%M:%S.979941+01:00},1.048,{v}",
        "\n",
    ),
    "tilt_csv": ("Timepoint,SG,Temp (°C)\n", lambda t, v: f"{t:%m/%d/%Y %H:%M:%S},1.048,{v}", "\n"),
    "tilt_jsonl": (
        "",
        lambda t, v: (
            f'{{"event":"sample","payload":{{"timestamp":"{t:%Y-%m-%dT%H:%M:%SZ}","temp_f":{v + 50}}}}}'
        ),
        "\n",
    ),
    "values_csv": (
        "variable,timestamp_utc,value\n",
        lambda t, v: f"temperature,{t:%Y-%m-%dT%H:%M:%SZ},{v}",
        "\n",
    ),
}


def main() -> None:
    """Print a row for each format, or what a child process was asked to measure."""
    if len(sys.argv) > 1:
        _import(sys.argv[1], Path(sys.argv[2]))
        return
    missing = set(known_formats()) - set(FILES)
    if missing:
        sys.exit(f"No file is made for {', '.join(sorted(missing))}.")
    print(
        f"{ROWS:,} rows a file for speed, median of {RUNS} runs, processor time; {BIG >> 20} MiB for memory,"
    )
    print("the most that a process holds above what it held before, with its storage on disk.\n")
    print(
        "| format | rows/s read | rows/s with plan | peak, MB | times the file | again, MB | per row, bytes |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name in FILES:
        raw = b"".join(_made(name, ROWS))
        seconds = [_timed(raw, name) for _ in range(RUNS)]
        reading, whole = (ROWS / median(column) for column in zip(*seconds, strict=True))
        print(f"| {name} | {reading:,.0f} | {whole:,.0f} | {_peaks(name)} |", flush=True)


def _made(name: str, rows: int) -> Iterator[bytes]:
    start, line, sign = FILES[name]
    yield start.encode()
    for place in range(rows):
        t, v = START + timedelta(minutes=MINUTES * place), round(18.0 + place % 300 / 100, 2)
        yield f"{sign if place else ''}{line(t, v)}".encode()


def _timed(raw: bytes, name: str) -> tuple[float, float]:
    """Give the seconds until the rows are read, and until it is planned what to store."""
    start = process_time()
    lines = Lines(pieces_of(raw), name)
    form = format_of(lines, known_formats(), file=name)
    if form.name != name:
        sys.exit(f"The file made for {name} is taken for {form.name}.")
    rows = gathered(form.read(lines, LocalTime(ZONE, LATER)))
    read = process_time()
    if len(rows.t) < ROWS - 30:  # the hour that spring skips is not there
        sys.exit(f"Only {len(rows.t)} of {ROWS} rows of {name} were read.")
    judged = judge(rows, form.series)
    plan(judged, {metric: Fresh(values) for metric, values in judged.values.items()}, [])
    return read - start, process_time() - start


def _peaks(name: str) -> str:
    """Import a large file into an empty folder, and once more, each in a process of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.log"
        with path.open("wb") as file:
            for line in _made(name, sys.maxsize):
                if file.tell() >= BIG:
                    break
                file.write(line)
        first, rows = _child(name, path)
        again, _ = _child(name, path)
    return f"{first / 1e6:.0f} | {first / BIG:.1f} | {again / 1e6:.0f} | {first / rows:.0f}"


def _child(name: str, path: Path) -> tuple[int, int]:
    call = [sys.executable, "-m", "bench.imports", name, str(path)]
    told = subprocess.run(call, check=True, capture_output=True, text=True).stdout.split()[-2:]
    return int(told[0]), int(told[1])


def _import(name: str, path: Path) -> None:
    """Import a file and print the growth of the peak of memory in bytes, and the number of its rows."""
    folder = path.parent
    with (
        closing(SqliteHistory.open(folder / "readings.sqlite")) as history,
        closing(SqlCatalog.open(folder / "catalog.sqlite")) as catalog,
        asyncio.Runner() as runner,
        path.open("rb") as file,
    ):
        imports = Imports(history, catalog, Clock(LATER, lambda: 0.0))
        small = b"".join(_made(name, 50))
        runner.run(imports.take(f"{name} warm", small, by="bench", zone=ZONE.key, form=name))
        before = _peak()
        wish = Wish(by="bench", zone=ZONE.key)
        report = runner.run(imports.work(imports.begin(wish), of_file(path.name, file)))
        print(_peak() - before, report.files[0].rows)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
