"""What every test stands on: one event loop, no network, no chance, and no skip where CI=true."""

import gc
import os
import shutil
import signal
import sys
from collections.abc import Generator
from typing import Any, TypeVar

import pytest
from hypothesis import Phase, settings

DEBIAN_PACKAGES = {"chromium": "chromium", "mosquitto": "mosquitto", "nats-server": "nats-server"}
"""The programs that a test may need, and the package that has each of them."""

R = TypeVar("R", pytest.TestReport, pytest.CollectReport)

WITHOUT_EXPLAINING = [phase for phase in Phase if phase is not Phase.explain]
"""Explaining a failure traces every line, which takes minutes in the larger tests."""

settings.register_profile("same", derandomize=True, deadline=None, phases=WITHOUT_EXPLAINING, max_examples=50)
settings.register_profile("brief", parent=settings.get_profile("same"), max_examples=20)
settings.register_profile("long", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio."""
    return "asyncio"


def pytest_configure() -> None:
    """Close the network from here on, and hear Ctrl-C: a shell has what it starts with & ignore it."""
    sys.addaudithook(_refuse_network)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Have a worker more than cores: many tests wait for browsers and processes most of their time."""
    return (yield) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while tests are gathered: what is made then stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a program that is not here, and say how to get it."""
    for mark in item.iter_markers("needs"):
        for program in mark.args:
            package = DEBIAN_PACKAGES[program]
            if shutil.which(program) is None:
                pytest.skip(f"{program} is not installed: sudo apt-get install {package}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let no test be skipped where CI=true."""
    return _without_skip((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let no module be skipped where CI=true."""
    return _without_skip((yield))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was skipped, and what it takes to run it."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("skipped, and what each needs")
    for report in skipped:
        terminalreporter.write_line(f"{report.nodeid}: {_reason(report)}")


def _without_skip(report: R) -> R:
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        reason = _reason(report)
        report.outcome = "failed"
        report.longrepr = f"Skipped, which CI does not allow. {reason}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    where = report.longrepr
    return str(where[2] if isinstance(where, tuple) else where).removeprefix("Skipped: ")


def _refuse_network(event: str, details: tuple[Any, ...]) -> None:
    if event == "socket.connect" and not _is_near(details[1]):
        raise RuntimeError(f"Tests use no network, and this one calls {details[1]}.")


def _is_near(address: object) -> bool:
    """Tell whether a socket's address is on this machine: a file, or a loopback address."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    return host in {"::1", "localhost"} or host.startswith("127.")
