"""Every extension keeps the contract of its family. A new file is tested by being there."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct, inspect

from krausen.alarms.rule import Rule
from krausen.control.algorithm import Algorithm
from krausen.errors import DeviceLost
from krausen.importing.format import Complaint, ImportFormat, Row
from krausen.model.series import SeriesSpec, is_name
from krausen.plugins import discover
from krausen.ports.actuator import ActuatorDriver
from krausen.ports.controller import ControllerDriver
from krausen.ports.discovery import Discovery
from krausen.ports.door import Door
from krausen.ports.sensor import Proven, SensorDriver
from krausen.ports.target import PushTarget
from krausen.profiles.form import ProfileForm

RECORDINGS = Path(__file__).parents[1] / "recordings"
LIGHT = {"krausen", "msgspec", "typing_extensions", "anyio"}
"""What an extension may load when it is imported; what knows its device is loaded when that is opened."""
BOUNDS = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern")


class Family(Struct, frozen=True):
    """Extensions of one kind: the package they are in, the name of their constant and its type."""

    package: str
    constant: str
    kind: type[Any]


class Extension(Struct, frozen=True):
    """One extension, and the path of its module."""

    family: Family
    path: str

    @property
    def module(self) -> ModuleType:
        """The module, imported."""
        return import_module(self.path)

    @property
    def constant(self) -> Any:
        """Its constant."""
        return getattr(self.module, self.family.constant)


ALGORITHMS = Family("krausen.control.algorithms", "ALGORITHM", Algorithm)
SENSORS = Family("krausen.drivers.sensors", "SENSOR", SensorDriver)
ACTUATORS = Family("krausen.drivers.actuators", "ACTUATOR", ActuatorDriver)
FORMATS = Family("krausen.importing.formats", "FORMAT", ImportFormat)
DOORS = Family("krausen.doors", "DOOR", Door)
FORMS = Family("krausen.profiles.forms", "FORM", ProfileForm)
CONTROLLERS = Family("krausen.drivers.controllers", "CONTROLLER", ControllerDriver)
RULES = Family("krausen.alarms.rules", "RULE", Rule)
DISCOVERIES = Family("krausen.drivers.discovery", "DISCOVERY", Discovery)
TARGETS = Family("krausen.push.targets", "TARGET", PushTarget)
FAMILIES = [ALGORITHMS, SENSORS, ACTUATORS, FORMATS, DOORS, FORMS, CONTROLLERS, DISCOVERIES, RULES, TARGETS]
FOUND_BY_THE_PRODUCT = [family for family in FAMILIES if family is not ACTUATORS]
WITHOUT_SETTINGS = (FORMATS, FORMS, DISCOVERIES)


def members(family: Family) -> Iterator[Extension]:
    """List a family, without importing any of it."""
    spec = find_spec(family.package)
    for module in iter_modules(spec.submodule_search_locations if spec else ()):
        yield Extension(family, f"{family.package}.{module.name}")


def named(extension: Extension) -> str:
    return extension.path.removeprefix("krausen.")


EVERY = [extension for family in FAMILIES for extension in members(family)]
WITH_SETTINGS = [extension for extension in EVERY if extension.family not in WITHOUT_SETTINGS]
PROBES = list(members(SENSORS))
DECODING = [probe for probe in PROBES if hasattr(probe.module, "decode")]
HISTORIES = list(members(FORMATS))
every_extension = pytest.mark.parametrize("extension", EVERY, ids=named)
every_probe = pytest.mark.parametrize("extension", PROBES, ids=named)
every_history = pytest.mark.parametrize("extension", HISTORIES, ids=named)


@pytest.mark.parametrize("family", FOUND_BY_THE_PRODUCT, ids=lambda family: family.package)
def test_what_the_product_finds_is_what_is_tested(family: Family) -> None:
    found = discover(import_module(family.package), family.constant, family.kind)
    assert {f"{family.package}.{name}" for name in found} == {member.path for member in members(family)}
    assert found


@every_extension
def test_its_constant_is_of_its_family_and_bears_the_name_of_its_file(extension: Extension) -> None:
    assert isinstance(extension.constant, extension.family.kind)
    assert extension.constant.name == extension.path.rpartition(".")[2]


@every_extension
def test_it_says_what_it_is(extension: Extension) -> None:
    first = (extension.module.__doc__ or "").strip().partition("\n")[0]
    assert first.endswith((".", "?", ":"))
    title = extension.constant.title
    assert title == title.strip() != ""
    assert not title.endswith(".")


@every_extension
def test_importing_it_loads_nothing_heavy_and_touches_nothing(extension: Extension) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", ALONE, *sys.path, extension.path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told["loaded"]) <= LIGHT
    assert told["touched"] == []
    assert told["threads"] == 1


ALONE = """
import json, sys, threading
*sys.path, name = sys.argv[1:]
WRITING = {"w", "a", "x", "+"}
TOUCHING = ("socket.", "subprocess.", "shutil.", "os.mkdir", "os.remove", "os.rename", "os.system")
touched = []
def watch(event, details):
    if event.startswith(TOUCHING) or (event == "open" and WRITING & set(str(details[1] or ""))):
        touched.append([event, str(details[:1])])
sys.addaudithook(watch)
before = set(sys.modules)
__import__(name)
loaded = {module.partition(".")[0] for module in set(sys.modules) - before} - set(sys.stdlib_module_names)
print(json.dumps({"loaded": sorted(loaded), "touched": touched, "threads": threading.active_count()}))
"""


@pytest.mark.parametrize("extension", WITH_SETTINGS, ids=named)
def test_every_setting_has_a_title_and_bounds(extension: Extension) -> None:
    settings: type[Struct] = extension.constant.settings
    assert settings.__doc__
    assert settings.__struct_config__.frozen
    for field in settings.__struct_fields__:
        metas = metas_of(settings, field)
        assert len([meta.title for meta in metas if meta.title]) == 1, f"{field} has no title, or several"
        if isinstance(bare(settings, field), inspect.IntType | inspect.FloatType | inspect.StrType):
            bounds = [getattr(meta, bound) for meta in metas for bound in BOUNDS]
            assert any(bound is not None for bound in bounds), f"{field} has no bounds"


@pytest.mark.parametrize("extension", WITH_SETTINGS, ids=named)
def test_its_settings_make_a_form_and_its_defaults_keep_their_own_bounds(extension: Extension) -> None:
    settings: type[Struct] = extension.constant.settings
    msgspec.json.schema(settings)
    for field in msgspec.structs.fields(settings):
        if not field.required:
            default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
            assert msgspec.convert(default, field.type) == default


def metas_of(settings: type[Struct], field: str) -> list[Meta]:
    """Give what a setting says of itself, behind what it shares with others."""
    kind = msgspec.structs.fields(settings)[settings.__struct_fields__.index(field)].type
    return [meta for meta in getattr(kind, "__metadata__", ()) if isinstance(meta, Meta)]


def bare(settings: type[Struct], field: str) -> inspect.Type:
    """Give the type of a setting without what it says of itself."""
    kind = msgspec.structs.fields(settings)[settings.__struct_fields__.index(field)].type
    found = inspect.type_info(kind)
    return found.type if isinstance(found, inspect.Metadata) else found


def metrics_of(series: tuple[SeriesSpec, ...]) -> list[str]:
    metrics = [spec.metric for spec in series]
    assert metrics
    assert len(set(metrics)) == len(metrics)
    assert all(map(is_name, metrics))
    assert all(spec.resolution >= 0 for spec in series)
    return metrics


@every_probe
def test_a_probe_says_what_it_measures(extension: Extension) -> None:
    assert metrics_of(extension.constant.series)


@every_probe
def test_a_probe_that_counts_as_recorded_has_recordings(extension: Extension) -> None:
    recordings = list(recorded(extension))
    assert (extension.constant.proven is Proven.SIMULATED) or any(r["kind"] == "capture" for r in recordings)
    assert not recordings or extension in DECODING


@pytest.mark.parametrize("extension", DECODING, ids=named)
def test_every_recording_decodes_to_what_it_should(extension: Extension) -> None:
    decode = extension.module.decode
    for recording in recorded(extension):
        raw, expected = bytes.fromhex(recording["raw_hex"]), recording["expect"]
        if "error" in expected:
            with pytest.raises(DeviceLost, match=expected["error"]):
                decode(raw)
        else:
            metric = metrics_of(extension.constant.series)[0]
            assert {metric: decode(raw)} == expected, recording["id"]


@pytest.mark.parametrize("extension", DECODING, ids=named)
@given(raw=st.binary(max_size=100) | st.text("0123456789abcdef -.=:\ntESYNOcr", max_size=100).map(str.encode))
def test_whatever_a_device_says_decodes_to_a_number_or_the_device_is_lost(
    extension: Extension, raw: bytes
) -> None:
    with suppress(DeviceLost):
        assert isfinite(extension.module.decode(raw))


def recorded(extension: Extension) -> Iterator[dict[str, Any]]:
    """Give the recordings of a driver."""
    for file in sorted((RECORDINGS / extension.constant.name).glob("*.jsonl")):
        yield from map(json.loads, file.read_text().splitlines())


@every_history
def test_a_history_says_what_it_holds(extension: Extension) -> None:
    assert metrics_of(extension.constant.series)


@every_history
@given(lines=st.lists(st.text(max_size=60), max_size=8))
def test_whatever_a_file_holds_every_line_becomes_a_row_or_a_complaint(
    extension: Extension, lines: list[str]
) -> None:
    form: ImportFormat = extension.constant
    metrics = metrics_of(form.series)
    told = list(form.read(lines, lambda _: 0))
    assert [one.line for one in told] == [n for n, line in enumerate(lines, start=1) if line.strip()]
    for one in told:
        assert isinstance(one, Row | Complaint)
        if isinstance(one, Row):
            assert set(one.values) <= set(metrics)
            assert all(map(isfinite, one.values.values()))
        else:
            assert one.reason


def test_no_extension_keeps_a_second_list_of_its_kind() -> None:
    """Names of extensions stand in their own files alone, not in the package that they are found in."""
    for family in FAMILIES:
        spec = find_spec(family.package)
        if spec is not None and spec.origin is not None:
            body = ast.parse(Path(spec.origin).read_text()).body
            assert len(body) == 1, f"{spec.origin} holds more than its docstring"
