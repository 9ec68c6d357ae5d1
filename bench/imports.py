"""How many rows a second each import format reads, from bytes to a plan, and how much memory that takes."""

import sys
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time
from zoneinfo import ZoneInfo

from krausen.importing.format import Row
from krausen.importing.local_time import LocalTime
from krausen.importing.plan import Known, plan
from krausen.importing.recognition import format_of
from krausen.importing.text import text_of
from krausen.model.series import SeriesName
from krausen.server.imports import known_formats

ROWS = 20_000
RUNS = 3
LATER = 4_000_000_000_000
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
    """Print a row for each format: median of several runs, and the peak of memory of one."""
    missing = set(known_formats()) - set(FILES)
    if missing:
        sys.exit(f"No file is made for {', '.join(sorted(missing))}.")
    print(f"{ROWS:,} rows a file, median of {RUNS} runs, processor time.\n")
    print("| format | MB | rows/s read | rows/s with plan | peak, times the file |")
    print("|---|--:|--:|--:|--:|")
    for name in FILES:
        raw = _made(name)
        seconds = [_timed(raw, name) for _ in range(RUNS)]
        reading, whole = (ROWS / median(column) for column in zip(*seconds, strict=True))
        peak = _peak(raw, name) / len(raw)
        print(f"| {name} | {len(raw) / 1e6:.1f} | {reading:,.0f} | {whole:,.0f} | {peak:.0f} |", flush=True)


def _made(name: str) -> bytes:
    start, line, sign = FILES[name]
    return (start + sign.join(line(t, v) for t, v in _rows())).encode()


def _rows() -> Iterator[tuple[datetime, float]]:
    for place in range(ROWS):
        yield START + timedelta(minutes=5 * place), round(18.0 + place % 300 / 100, 2)


def _timed(raw: bytes, name: str) -> tuple[float, float]:
    """Give the seconds until the rows are read, and until it is planned what to store."""
    start = process_time()
    lines = text_of(raw, name).lines
    form = format_of(lines, known_formats(), file=name)
    if form.name != name:
        sys.exit(f"The file made for {name} is taken for {form.name}.")
    rows = [entry for entry in form.read(lines, LocalTime(ZONE, LATER)) if isinstance(entry, Row)]
    read = process_time()
    if len(rows) < ROWS - 30:  # the hour that spring skips is not there
        sys.exit(f"Only {len(rows)} of {ROWS} rows of {name} were read.")
    names = {spec.metric: SeriesName("import", "bench", spec.metric) for spec in form.series}
    plan(rows, names, form.series, Known())
    return read - start, process_time() - start


def _peak(raw: bytes, name: str) -> int:
    tracemalloc.start()
    _timed(raw, name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    main()
