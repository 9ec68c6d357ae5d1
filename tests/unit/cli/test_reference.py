"""The reference pages are what the program says of itself, and say it of every command."""

import subprocess
import sys

from krausen.cli import COMMANDS, SUMMARIES
from tools import reference

STALE = "Write it anew: python -m tools.reference"


def test_the_page_of_commands_is_current() -> None:
    assert (reference.FOLDER / "commands.md").read_text() == reference.commands(), STALE


def test_the_page_of_settings_is_current() -> None:
    assert (reference.FOLDER / "settings.md").read_text() == reference.settings(), STALE


def test_every_command_is_on_the_page() -> None:
    page = reference.commands()
    for word in COMMANDS:
        assert f"\n## krausen {word}" in page


def test_every_command_is_listed_with_a_line_that_fits_and_none_is_loaded_for_it() -> None:
    assert SUMMARIES.keys() == COMMANDS.keys()
    script = (
        "import sys; from click.testing import CliRunner; from krausen.cli import krausen;"
        "print(CliRunner().invoke(krausen, ['--help']).output);"
        "assert not {'krausen.server', 'krausen.agent'} & sys.modules.keys()"
    )
    shown = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    for word, summary in SUMMARIES.items():
        assert f"  {word} " in shown
        assert f"{summary}\n" in shown
