from pathlib import Path

import pytest
from msgspec import Meta
from msgspec.structs import fields

from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.plugins import discover

PAGE = Path(__file__).parents[4] / "docs/reference/algorithms.md"
FOUND = discover(algorithms, "ALGORITHM", Algorithm)


@pytest.mark.parametrize("algorithm", FOUND.values(), ids=FOUND.keys())
def test_the_reference_page_has_every_setting_with_its_default(algorithm: Algorithm) -> None:
    _, _, section = PAGE.read_text().partition(f"\n## {algorithm.name}\n")
    section = section.partition("\n## ")[0]
    rows = []
    for field in fields(algorithm.settings):
        titles = [meta.title for meta in field.type.__metadata__ if isinstance(meta, Meta)]
        default = field.default if isinstance(field.default, str) else f"{field.default:g}"
        rows.append(f"| `{field.name}` | {default} | {titles[0]} |")
    assert [line for line in section.splitlines() if line.startswith("| `")] == rows
