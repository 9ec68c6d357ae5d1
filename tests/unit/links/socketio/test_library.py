import subprocess
import sys

import pytest

from krausen.links.socketio.library import CLIENT, UNUSED

REST = """
import sys
loaded = {name.partition(".")[0] for name in sys.modules}
print(*sorted(loaded & set(sys.argv[1:])))
"""


def loaded_after(program: str) -> set[str]:
    """Run a program in a fresh interpreter, and give which of the libraries in question it has loaded."""
    command = [sys.executable, "-c", program + REST, *UNUSED, CLIENT]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_who_answers_loads_neither_brokers_nor_clients() -> None:
    assert loaded_after("import krausen.links.socketio.engine as s; s.for_answering()") == set()


def test_who_dials_loads_its_client_and_nothing_else() -> None:
    assert loaded_after("import krausen.links.socketio.agent as a; a.for_dialling()") == {CLIENT}


@pytest.mark.parametrize("order", ["for_answering for_dialling", "for_dialling for_answering"])
def test_who_does_both_can_dial_whatever_came_first(order: str) -> None:
    first, second = order.split()
    program = f"""
from krausen.links.socketio import library
library.{first}(), library.{second}()
import engineio.async_client
assert engineio.async_client.aiohttp is not None
"""
    assert loaded_after(program) == {CLIENT}


def test_what_is_kept_from_the_library_can_be_loaded_by_others() -> None:
    program = """
from krausen.links.socketio import library
library.for_answering()
import aiohttp, zmq
"""
    assert CLIENT in loaded_after(program)
