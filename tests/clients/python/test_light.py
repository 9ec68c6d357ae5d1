import inspect
import subprocess
import sys
from typing import Any

import pytest

import krausen_client
from krausen_client import Accumulator, AsyncAccumulator, AsyncClient, Client

LOADED = """
import sys
before = set(sys.modules)
{}
print(*{{name.partition(".")[0] for name in set(sys.modules) - before}})
"""
HEAVY = {"asyncio", "email", "http", "ssl", "sqlite3", "socket", "urllib.request", "json"}
WORK = (
    "from krausen_client import Client, Accumulator, Row; "
    "a = Accumulator(Client('http://brewery', token='krs_x'), 'orchard'); a.add('tank', 't', 1.5)"
)


def loaded(words: str) -> set[str]:
    code = LOADED.format(words)
    return set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )


@pytest.mark.parametrize("words", ["import krausen_client", WORK])
def test_importing_loads_the_standard_library_alone_and_little_of_it(words: str) -> None:
    found = loaded(words)
    assert "krausen_client" in found
    assert found - sys.stdlib_module_names == {"krausen_client"}
    assert found & HEAVY == set()


def public(kind: type[Any]) -> dict[str, object]:
    return {name: member for name, member in inspect.getmembers(kind) if not name.startswith("_")}


def parameters(call: object) -> list[tuple[str, object, object]]:
    if not callable(call):
        return []
    taken = inspect.signature(call).parameters.values()
    return [(one.name, one.kind, one.default) for one in taken]


@pytest.mark.parametrize(("blocking", "awaiting"), [(Client, AsyncClient), (Accumulator, AsyncAccumulator)])
def test_twins_have_the_same_calls_with_the_same_parameters(blocking: type[Any], awaiting: type[Any]) -> None:
    one, other = public(blocking), public(awaiting)
    assert one.keys() == other.keys()
    assert parameters(blocking) == parameters(awaiting)
    for name in one:
        assert parameters(one[name]) == parameters(other[name])


def test_everything_public_is_there_and_described() -> None:
    for name in set(krausen_client.__all__) - {"Quality"}:
        assert getattr(krausen_client, name).__doc__, name
