"""Doors of `krausen server` as guests find them."""

import json
import re
import socket
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets import ConnectionClosed, InvalidStatus, Origin
from websockets.sync.client import connect

from tests.unit.cli.running import Running, running

NEAR = "127.0.0.1"
WAIT_S = 10.0
ROW = {"adapter": "greenhouse", "node": "1", "timestamp": "2026-05-01T12:00:00", "data": {"220": 18.5}}
MESSAGE = {"path": "/in/keg", "node": "keg", "values": [{"metric": "temperature", "at": "/t"}]}


def test_doors_are_opened_closed_and_found_open_again_without_a_restart(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path / "said", "server", "--port", "0", "--data", str(tmp_path / "data")) as server:
        url, admin = found(server, tmp_path / "data")
        assert httpx2.post(f"{url}/in/keg", json={"t": 1}).status_code in {404, 405}
        wanted = {"enabled": True, "port": port, "settings": {"messages": [MESSAGE]}}
        assert change(url, admin, wanted)["enabled"]
        for address in (url, f"http://{NEAR}:{port}"):
            assert httpx2.post(f"{address}/in/keg", json={"t": 18.5}).json() == {"readings": 1}
        assert httpx2.get(f"http://{NEAR}:{port}/api/v1/health").status_code == 404
        assert httpx2.post(f"{url}/api/measurements", json=[ROW]).status_code == 401
        sent = httpx2.post(f"{url}/api/measurements", json=[ROW], headers=admin)
        assert sent.json() == {"rows": 1, "readings": 1}
        assert not change(url, admin, {"enabled": False})["enabled"]
        assert not answers(port)
        assert httpx2.post(f"{url}/in/keg", json={"t": 1}).status_code == 404
        change(url, admin, {"enabled": True})
        assert server.stop() == 0
        assert "Traceback" not in server.said()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((NEAR, port))
        taken.listen()
        words = ("server", "--port", "0", "--data", str(tmp_path / "data"))
        with running(tmp_path / "again", *words) as server:
            url, admin = found(server, tmp_path / "data")
            server.until_said("door.not_open")
            door = httpx2.get(f"{url}/api/v1/doors/http", headers=admin).json()
            told = (
                f"Port {port} on {NEAR} cannot be used: Address already in use. Choose another for the door."
            )
            assert (door["enabled"], door["problem"]) == (True, told)
            assert httpx2.post(f"{url}/in/keg", json={"t": 19}).json() == {"readings": 1}
            assert server.stop() == 0


@pytest.mark.parametrize("taken_by", ["somebody", "the server"])
def test_a_port_that_is_taken_is_refused_in_plain_words(tmp_path: Path, taken_by: str) -> None:
    with (
        running(tmp_path / "said", "server", "--port", "0", "--data", str(tmp_path / "data")) as server,
        socket.socket() as taken,
    ):
        taken.bind((NEAR, 0))
        taken.listen()
        url, admin = found(server, tmp_path / "data")
        port = taken.getsockname()[1] if taken_by == "somebody" else int(url.rpartition(":")[2])
        answer = httpx2.patch(f"{url}/api/v1/doors/http", headers=admin, json={"enabled": True, "port": port})
        assert answer.status_code == 422
        assert [fault["where"] for fault in answer.json()["errors"]] == ["/port"]
        assert "Address already in use. Choose another for the door." in answer.json()["detail"]
        door = httpx2.get(f"{url}/api/v1/doors/http", headers=admin).json()
        assert (door["enabled"], door["revision"]) == (False, 0)


def test_a_page_calls_and_listens_on_one_port_until_the_door_is_closed(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path / "said", "server", "--port", "0", "--data", str(tmp_path / "data")) as server:
        url, admin = found(server, tmp_path / "data")
        change(url, admin, {"enabled": True, "port": port}, "maelstrom")
        theirs = f"{NEAR}:{port}"
        hello = {"channel": "alarms", "data": "hello"}
        with connect(f"ws://{theirs}/socket", origin=Origin(f"http://{theirs}")) as page:
            page.send('{"action":"subscribe","channel":"alarms"}')
            page.send('{"action":"ping","channel":"_heartbeat"}')
            assert "pong" in str(page.recv(WAIT_S))
            assert httpx2.post(f"http://{theirs}/publish", data=hello).text == "Posted"
            assert json.loads(page.recv(WAIT_S)) == hello
            assert httpx2.get(f"http://{theirs}/profiles").json() == {"profiles": []}
            for address, origin in (
                (f"ws://{theirs}/socket", Origin("http://stranger.test")),
                (f"ws://{theirs}/other", None),
            ):
                with pytest.raises(InvalidStatus), connect(address, origin=origin):
                    pass
            change(url, admin, {"enabled": False}, "maelstrom")
            with pytest.raises(ConnectionClosed) as closed:
                page.recv(WAIT_S)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
        assert not answers(port)
        assert server.stop() == 0
        assert "Traceback" not in server.said()


def found(server: Running, data: Path) -> tuple[str, dict[str, str]]:
    """Give where a server is, and what an admin shows."""
    place = re.search(r"http://127\.0\.0\.1:\d+", server.until_said("http://127"))
    assert place is not None
    secret = (data / "local-token").read_text().strip()
    return place[0], {"authorization": f"Bearer {secret}"}


def change(url: str, admin: dict[str, str], patch: dict[str, Any], door: str = "http") -> Any:
    answer = httpx2.patch(f"{url}/api/v1/doors/{door}", headers=admin, json=patch)
    assert answer.status_code == 200, answer.text
    return answer.json()


def answers(port: int) -> bool:
    with socket.socket() as guest:
        return guest.connect_ex((NEAR, port)) == 0


def free_port() -> int:
    """Give a port that nobody has."""
    with socket.socket() as taken:
        taken.bind((NEAR, 0))
        port: int = taken.getsockname()[1]
    return port
