"""How little passes between agent and server while nothing changes, and who calls whom."""

import asyncio

import psutil

from tests.scenarios.processes_link.brewhouse import AGENT, Brewhouse
from tests.scenarios.processes_link.faulty_line import FaultyLine, faulty_line

QUIET = '[[probe]]\nid = "room"\ndriver = "constant"\nsettings.every_s = 5\n'
WATCHED_S = 4.0
ASKED = len("GET /get_camera HTTP/1.1\r\nHost: brewery\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
"""Bytes that a device exchanges at least each second, when it asks whether there is something to do."""


async def joined(brewhouse: Brewhouse, line: FaultyLine) -> None:
    (brewhouse.there / "agents" / AGENT / "devices.toml").write_text(QUIET)
    await brewhouse.start_server()
    brewhouse.way = line.url
    await brewhouse.start_agent()
    await brewhouse.until(brewhouse.current)


async def test_while_nothing_changes_next_to_nothing_is_said(brewhouse: Brewhouse) -> None:
    async with faulty_line(brewhouse.port) as line:
        await joined(brewhouse, line)
        await asyncio.sleep(1.0)
        before, calls = line.carried, line.calls
        await asyncio.sleep(WATCHED_S)
        assert line.calls == calls
        assert line.carried - before < ASKED * WATCHED_S


async def test_the_agent_opens_the_only_connection_and_listens_nowhere(brewhouse: Brewhouse) -> None:
    async with faulty_line(brewhouse.port) as line:
        await joined(brewhouse, line)
        agent = psutil.Process(brewhouse.pid("agent"))
        port = int(line.url.rpartition(":")[2])
        connections = agent.net_connections("tcp")
        assert [(one.status, one.raddr.port) for one in connections] == [("ESTABLISHED", port)]
        # It hears what devices announce in the network, and answers to nobody.
        assert all(len(one.raddr) == 0 for one in agent.net_connections("udp"))
