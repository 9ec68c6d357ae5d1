from msgspec import json

from krausen.importing.report import FileReport, ImportReport, Skipped


def test_a_report_has_the_names_that_were_promised() -> None:
    report = FileReport(
        file="brew.csv",
        format="brewpi_csv",
        zone="Europe/Copenhagen",
        rows=3,
        stored=1,
        repeated=1,
        skipped=[Skipped(2, "The time is cut off.")],
        start="2014-02-03T18:04:58.000Z",
        end="2014-02-05T22:48:41.000Z",
        batch=None,
    )
    told = json.decode(json.encode(ImportReport([report])))
    assert told["files"][0] == {
        "file": "brew.csv",
        "format": "brewpi_csv",
        "zone": "Europe/Copenhagen",
        "rows": 3,
        "stored": 1,
        "repeated": 1,
        "skipped": [{"line": 2, "reason": "The time is cut off."}],
        "from": "2014-02-03T18:04:58.000Z",
        "to": "2014-02-05T22:48:41.000Z",
        "batch": None,
        "remarks": [],
    }
