"""Writes what the server says of its calls into clients/openapi.json and docs/reference/http.md."""

import json
import re
import sys

from krausen.server.web.describe import ROOT as PREFIX
from krausen.server.web.describe import description
from tools.checks import ROOT

SNAPSHOT = ROOT / "clients" / "openapi.json"
REFERENCE = ROOT / "docs" / "reference" / "http.md"

_TABLE = re.compile(
    r"(?<=<!-- calls: written by `python -m tools.openapi` -->\n).*?(?=<!-- end of calls -->)", re.DOTALL
)


def main() -> int:
    """Write both files."""
    SNAPSHOT.write_text(snapshot(), encoding="utf-8")
    REFERENCE.write_text(reference(REFERENCE.read_text(encoding="utf-8")), encoding="utf-8")
    for path in (SNAPSHOT, REFERENCE):
        print(f"Written: {path.relative_to(ROOT)}")
    return 0


def snapshot() -> str:
    """Give the description as it is kept."""
    return json.dumps(description(), indent=2, ensure_ascii=False) + "\n"


def reference(text: str) -> str:
    """Give the reference page with a table of the present calls."""
    rows = [
        f"| `{method.upper()} {path.removeprefix(PREFIX)}` | {call['summary']} |"
        for path, item in description()["paths"].items()
        for method, call in item.items()
    ]
    table = "\n".join(("", "| call | what |", "|---|---|", *rows, "", ""))
    return _TABLE.sub(lambda _: table, text)


if __name__ == "__main__":
    sys.exit(main())
