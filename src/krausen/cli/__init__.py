"""The command `krausen`: one file per sub-command, loaded when it is wanted."""

import sys
from importlib import import_module

import click

from krausen import __version__
from krausen.errors import KrausenError

PROCESSES = ("up", "start", "stop", "restart", "status", "startifstopped", "add2cron", "logs")
COMMANDS = {
    "agent": "agent",
    "demo": "demo",
    "doctor": "doctor.command",
    "emulate": "emulate",
    "export": "export",
    "import": "importing",
    "server": "server",
    "service": "service",
    "simulate": "simulate",
    "token": "people.token",
    "user": "people.user",
    **{word: f"processes.{word}" for word in PROCESSES},
}
"""Sub-commands and the modules of this package whose `COMMAND` they are."""
SUMMARIES = {
    "add2cron": "Add what is missing of two lines to your crontab.",
    "agent": "Read, hold and report what is connected to this machine.",
    "demo": "Open a simulated brewery in the browser.",
    "doctor": "Look for what is wrong, and say what mends it.",
    "emulate": "Play a device that other programs can speak to.",
    "export": "Write readings out.",
    "import": "Import history from other tools.",
    "logs": "Show what the processes logged.",
    "restart": "Start everything anew.",
    "server": "Keep history, serve the page and the agents.",
    "service": "Have systemd start everything at boot.",
    "simulate": "Run a vessel through a scenario, faster than real time.",
    "start": "Start everything in the background.",
    "startifstopped": "Start what should run and does not.",
    "status": "Show how every process is.",
    "stop": "Stop everything.",
    "token": "Make and revoke the tokens of programs.",
    "up": "Run everything in the foreground.",
    "user": "Add, change and remove people.",
}
"""Each in a line, so that to list them none has to be loaded."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 the signature is click's
        return sorted(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 the same
        with formatter.section("Commands"):
            formatter.write_dl([(word, SUMMARIES.get(word, "")) for word in sorted(COMMANDS)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 the same
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"krausen.cli.{COMMANDS[cmd_name]}").COMMAND
        return command if isinstance(command, click.Command) else None


@click.command(cls=_Lazy)
@click.version_option(__version__, prog_name="krausen")
@click.option("--debug", is_flag=True, help="Show where an error came from.")
def krausen(*, debug: bool) -> None:
    """Watch and hold temperature where something lives."""
    click.get_current_context().obj = debug


def main() -> None:
    """Run the command line: exit status 0 done, 1 failed with one line on standard error, 2 wrong usage."""
    try:
        krausen(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)
    except KrausenError as error:
        if "--debug" in sys.argv:
            raise
        click.echo(f"krausen: {error}", err=True)
        sys.exit(1)
