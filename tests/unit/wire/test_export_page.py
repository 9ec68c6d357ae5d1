"""The reference page of the generic push is what the program says of it."""

import re

import msgspec

from krausen.wire.export import EXAMPLE, Push
from tools import push_format
from tools.reference import FOLDER

PAGE = FOLDER / "generic-push.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == push_format.page(), "Write it anew: python -m tools.reference"


def test_the_example_on_the_page_is_a_push() -> None:
    example, _ = re.findall(r"```json\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    assert msgspec.json.decode(example, type=Push) == EXAMPLE
