"""A small HTTP server that answers as it was told, and remembers what it was asked."""

import json
import ssl
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from krausen_client import Client, Options

CERTIFICATE = Path(__file__).with_name("brewery.pem")
"""A certificate for 127.0.0.1 that nobody but the tests has a use for, with its key; good until 2126."""

TOKEN = "krs_secret-of-the-test"


@dataclass(frozen=True)
class Reply:
    """An answer to give; `None` as its status drops the connection, and a silent one never comes."""

    status: int | None = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False


@dataclass(frozen=True)
class Asked:
    """What was asked; `rows` are those of its body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows in the body."""
        rows: list[dict[str, Any]] = json.loads(self.body)
        return rows

    @property
    def proof(self) -> str:
        """The authorization, Basic decoded."""
        kind, _, text = self.headers["authorization"].partition(" ")
        return b64decode(text).decode() if kind == "Basic" else text


class Scripted:
    """What is still to be answered, in order, and what was asked. With nothing left, rows are accepted."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.asked: list[Asked] = []
        self.before: Callable[[Asked], None] = lambda _: None
        self.ended = Event()
        self.url = ""
        self._lock = Lock()

    def client(self, **options: Any) -> Client:
        """Give a client of it."""
        return Client(self.url, token=TOKEN, options=Options(**options))

    def accepted(self) -> list[dict[str, Any]]:
        """Give the rows of all requests."""
        return [row for asked in self.asked for row in asked.rows]

    def reply(self, asked: Asked) -> Reply:
        """Note what was asked and give what to answer, after whatever is to happen before."""
        self.before(asked)
        with self._lock:
            self.asked.append(asked)
            return self.replies.pop(0) if self.replies else _accepting(asked)


@contextmanager
def scripted_server(*, tls: bool = False) -> Iterator[Scripted]:
    """Give a server on a free port, by TLS if it is to have the certificate beside this file."""
    script = Scripted()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(script))
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    script.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield script
    finally:
        script.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _accepting(asked: Asked) -> Reply:
    rows = asked.rows
    return Reply(200, {"rows": len(rows), "readings": sum(len(row["data"]) for row in rows)})


def _answering(script: Scripted) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): text for name, text in self.headers.items()}
            self._give(script.reply(Asked(self.command, self.path, headers, body)))

        do_GET = do_POST  # noqa: N815 the name is that of the standard library

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _give(self, reply: Reply) -> None:
            if reply.silent:
                script.ended.wait(20)
            if reply.status is None or reply.silent:
                self.close_connection = True
                return
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, text in {"content-length": str(len(body)), **reply.headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(body)

    return Answering
