import sys
from collections.abc import Callable, Iterator
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType

import pytest
from msgspec import Struct

from krausen.errors import Defect
from krausen.plugins import discover

FAMILY = "tried_plugins"
Family = Callable[..., ModuleType]


class Gadget(Struct, frozen=True):
    """An extension of a family made up for these tests."""

    name: str


GADGET = "from tests.unit.test_plugins import Gadget\nGADGET = Gadget({name!r})\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0] in {FAMILY, "foreign"}]:
        del sys.modules[name]


@pytest.fixture
def family(folder: Path) -> Family:
    """Give a function that makes a package of the modules given by name and text."""

    def make(**modules: str) -> ModuleType:
        package = folder / FAMILY
        package.mkdir()
        (package / "__init__.py").write_text("")
        for name, text in modules.items():
            (package / f"{name}.py").write_text(text)
        invalidate_caches()
        return import_module(FAMILY)

    return make


def found(package: ModuleType) -> dict[str, Gadget]:
    return discover(package, "GADGET", Gadget)


def install(folder: Path, entries: str, text: str) -> None:
    """Put a distribution named foreign, with one module and these entry points, beside the family."""
    (folder / "foreign.py").write_text(text)
    place = folder / "foreign-1.0.dist-info"
    place.mkdir()
    (place / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n")
    (place / "entry_points.txt").write_text(
        f"[{FAMILY}]\n{entries}\n[another.family]\nold = foreign:NOTHING\n"
    )
    invalidate_caches()


def test_every_module_of_the_package_is_found_by_its_name(family: Family) -> None:
    package = family(first=GADGET.format(name="first"), second=GADGET.format(name="second"))
    assert found(package) == {"first": Gadget("first"), "second": Gadget("second")}


def test_an_empty_package_has_no_extensions(family: Family) -> None:
    assert found(family()) == {}


def test_a_module_without_its_constant_is_refused_with_its_place(family: Family) -> None:
    with pytest.raises(Defect, match=r"tried_plugins\.bare has no constant GADGET of type Gadget"):
        found(family(bare=""))


def test_a_constant_of_another_type_is_refused(family: Family) -> None:
    with pytest.raises(Defect, match=r"tried_plugins\.other has no constant"):
        found(family(other="GADGET = 'other'\n"))


def test_a_false_name_is_refused(family: Family) -> None:
    with pytest.raises(Defect, match=r"tried_plugins\.mine calls itself 'yours'; file and name must agree"):
        found(family(mine=GADGET.format(name="yours")))


def test_an_extension_that_is_broken_says_where(family: Family) -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        found(family(broken="import no_such_library\n"))


def test_entry_points_add_to_what_is_built_in(family: Family, folder: Path) -> None:
    install(folder, "guest = foreign:GADGET", GADGET.format(name="guest"))
    package = family(first=GADGET.format(name="first"))
    assert found(package) == {"first": Gadget("first"), "guest": Gadget("guest")}


@pytest.mark.parametrize(
    ("entry", "text", "complaint"),
    [
        ("first = foreign:GADGET", GADGET.format(name="first"), "takes the name 'first', which another"),
        ("guest = foreign:GADGET", GADGET.format(name="host"), "foreign:GADGET calls itself 'host'"),
        ("guest = foreign:GADGET", "GADGET = 7", "foreign:GADGET has no constant GADGET of type Gadget"),
        ("guest = foreign:GADGET", "", "foreign:GADGET cannot be loaded"),
        ("guest = foreign:GADGET", "import no_such_library", "foreign:GADGET cannot be loaded"),
        ("guest = nowhere:GADGET", "", "nowhere:GADGET cannot be loaded"),
    ],
)
def test_an_entry_point_that_keeps_no_contract_is_refused_with_its_place(
    entry: str, text: str, complaint: str, family: Family, folder: Path
) -> None:
    install(folder, entry, text)
    with pytest.raises(Defect, match=complaint):
        found(family(first=GADGET.format(name="first")))
