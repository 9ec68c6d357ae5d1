"""Everything that claims to be a catalog."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from krausen.ports.catalog import (
    Catalog,
)
from krausen.storage.catalog import SqlCatalog
from krausen.testing.catalog import MemoryCatalog
from tests.ports.arranged import FIRST, FREEZER, entry


@pytest.fixture(params=["memory", "sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    if request.param == "memory":
        yield MemoryCatalog()
        return
    opened = SqlCatalog.open(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()


@pytest.fixture
async def vessels(catalog: Catalog) -> Catalog:
    await catalog.add_vessel(FREEZER, FIRST, entry(10, action="created"))
    return catalog
