"""The page has no other way to the server than the programming interface that everybody has."""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import json

ROOT = Path(__file__).parents[2]
SOURCES = (ROOT / "web" / "src", ROOT / "clients" / "javascript" / "src")
DESCRIPTION = ROOT / "clients" / "openapi.json"
PREFIX = "/api/v1"

_ADDRESS = re.compile(r"""(?<=['"`}])/api\b[^'"`\s?]*""")
_OTHER_WAYS = re.compile(r"\b(?:XMLHttpRequest|EventSource|sendBeacon|WebTransport)\b")
_SOCKET = re.compile(r"\bnew WebSocket\(")


def _lines() -> Iterator[tuple[str, str]]:
    """Give every line of code with its file, without what is generated."""
    for root in SOURCES:
        for file in sorted([*root.rglob("*.ts"), *root.rglob("*.svelte")]):
            if file.name != "schema.ts":
                yield from ((str(file.relative_to(ROOT)), line) for line in file.read_text().splitlines())


def _described(address: str, paths: set[str]) -> bool:
    """Tell whether an address is one of the paths, whatever is put into it."""
    asked = re.sub(r"\$\{[^}]*(?:\}|$)", "{}", address).removeprefix(PREFIX).rstrip("/")
    return asked in {"", "{}", "/live"} or asked in {re.sub(r"\{[^}]*\}", "{}", path) for path in paths}


def test_all_that_the_page_asks_for_is_in_the_description_of_the_interface() -> None:
    described = json.decode(DESCRIPTION.read_bytes())["paths"]
    paths = {path.removeprefix(PREFIX) for path in described}
    found = [(file, address) for file, line in _lines() for address in _ADDRESS.findall(line)]
    assert len(found) > 3
    assert [(file, address) for file, address in found if not address.startswith(PREFIX)] == []
    assert [(file, address) for file, address in found if not _described(address, paths)] == []


def test_the_page_listens_by_the_client_alone_and_asks_in_no_hidden_way() -> None:
    assert [file for file, line in _lines() if _SOCKET.search(line)] == ["clients/javascript/src/live.ts"]
    assert [(file, line) for file, line in _lines() if _OTHER_WAYS.search(line)] == []
