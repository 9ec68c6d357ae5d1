"""Sends what was stored earlier: the lines of a table, as whole rows.

    python backfill.py http://brewery:8080 krs_… orchard measurements.csv

The table has a column `time`, a column `node`, and one for each metric; an empty field is no measurement. Run
it again as often as you like: what is there already stays what it is.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from krausen_client import Client, ClientError, Row


def rows(file: Path, adapter: str) -> Iterator[Row]:
    """Give the rows of a table. Times without offset are local time of the adapter's zone."""
    with file.open(newline="") as lines:
        for line in csv.DictReader(lines):
            time, node = line.pop("time"), line.pop("node")
            yield Row(adapter, node, time, {metric: float(text) for metric, text in line.items() if text})


def main(url: str, token: str, adapter: str, file: str) -> None:
    """Send a file, and say how much of it was accepted."""
    with Client(url, token=token) as client:
        try:
            sent = client.send(rows(Path(file), adapter))
        except ClientError as failure:
            sys.exit(f"{failure}\n{failure.sent.rows} rows had been accepted before.")
    print(f"{sent.rows} rows with {sent.readings} readings are on the server's disk.")


if __name__ == "__main__":
    main(*sys.argv[1:])
