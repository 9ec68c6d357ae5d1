"""The reference pages are what the program says of itself, and say it of every command."""

from krausen.cli import COMMANDS
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
