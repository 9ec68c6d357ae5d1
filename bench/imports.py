"""How many rows a second each import format reads, beside a bare reader, and how much memory that takes."""

import argparse
import asyncio
import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
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

ROWS = 200_000
LATER = 40_000_000_000_000
MIB = 1024 * 1024
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
    "krausen_csv": (
        "time,variable,value,unit,quality,adapter,node,metric,role,batch,text\n",
        lambda t, v: f"{t:%Y-%m-%dT%H:%M:%S}.000Z,beer,{v},°C,good,pi,float,temperature,beer,pale-ale,",
        "\n",
    ),
    "krausen_jsonl": (
        "",
        lambda t, v: (
            f'{{"time":"{t:%Y-%m-%dT%H:%M:%S}.000Z","variable":"beer","value":{v},"unit":"°C","quality":"good",'
            '"adapter":"pi","node":"float","metric":"temperature","role":"beer","batch":"pale-ale","text":""}'
        ),
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


DELIMITERS = {"airlock_log": "|", "brewpi_csv": ";", "chamber_log": " ", "csv_table": ";"}
JSON = ("brewpi_chart", "probe_json")
JSON_LINES = ("krausen_jsonl", "tilt_jsonl")


def main() -> None:
    """Print a row for each format, or what a child process was asked to measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("formats", nargs="*", default=[*FILES], help="all of them, if none is named")
    asked.add_argument("--mib", type=int, default=16, help="how large the file for memory is")
    asked.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.file is not None:
        _import(given.formats[0], given.file)
        return
    missing = set(known_formats()) - set(FILES)
    if missing:
        sys.exit(f"No file is made for {', '.join(sorted(missing))}.")
    print(
        f"{ROWS:,} rows a file for speed, processor time, one run; {given.mib} MiB for memory, the most that"
    )
    print("a process holds above what it held before, with its storage on disk. Bare: the same file through")
    print("csv.reader or json.loads, float() on every cell, nothing kept.\n")
    print("| format | rows/s read | rows/s with plan | rows/s bare | peak, MB | again, MB |")
    print("|---|--:|--:|--:|--:|--:|")
    for name in given.formats:
        raw = b"".join(_made(name, ROWS))
        speeds = (f"{ROWS / seconds:,.0f}" for seconds in (*_timed(raw, name), _bare(raw.decode(), name)))
        print(f"| {name} | {' | '.join(speeds)} | {_peaks(name, given.mib * MIB)} |", flush=True)


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
    if len(rows.t) < ROWS - 60:  # the hour that spring skips is not there
        sys.exit(f"Only {len(rows.t)} of {ROWS} rows of {name} were read.")
    judged = judge(rows, form.series)
    plan(judged, {metric: Fresh(values) for metric, values in judged.values.items()}, [])
    return read - start, process_time() - start


def _bare(text: str, name: str) -> float:
    """Give the seconds that it takes to part the file and to try every cell as a number, and no more."""
    start = process_time()
    if name in JSON:
        list(map(_floats, json.loads(f"[{text.removeprefix(FILES[name][0])}]")))
    elif name in JSON_LINES:
        list(map(_floats, map(json.loads, text.splitlines())))
    else:
        for cells in csv.reader(text.splitlines(), delimiter=DELIMITERS.get(name, ",")):
            _floats(cells)
    return process_time() - start


def _floats(entry: object) -> None:
    if isinstance(entry, dict | list):
        for cell in entry.values() if isinstance(entry, dict) else entry:
            _floats(cell)
    elif isinstance(entry, str):
        with suppress(ValueError):
            float(entry)


def _peaks(name: str, size: int) -> str:
    """Import a large file into an empty folder, and once more, each in a process of its own."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.log"
        with path.open("wb") as file:
            for line in _made(name, sys.maxsize):
                if file.tell() >= size:
                    break
                file.write(line)
        return " | ".join(f"{_child(name, path) / 1e6:.0f}" for _ in range(2))


def _child(name: str, path: Path) -> int:
    call = [sys.executable, "-m", "bench.imports", name, "--file", str(path)]
    return int(subprocess.run(call, check=True, capture_output=True, text=True).stdout)


def _import(name: str, path: Path) -> None:
    """Import a file and print the growth of the peak of memory in bytes."""
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
        runner.run(imports.work(imports.begin(wish), of_file(path.name, file)))
        print(_peak() - before)


def _peak() -> int:
    """Give the most that this program ever held; getrusage would tell of whoever started it."""
    (line,) = (
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
