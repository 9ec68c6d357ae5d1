import io
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPHandler, ProxyHandler, Request, build_opener
from urllib.response import addinfourl

import pytest
from msgspec import json

from krausen.errors import (
    Defect,
    Fault,
    Forbidden,
    Invalid,
    KrausenError,
    LinkLost,
    NotFound,
    OperatorNeeded,
    Stale,
    TryAgain,
    Unproven,
)
from krausen.importing.report import FileReport, ImportReport, Skipped
from krausen.links.local import LocalServer

REPORT = FileReport(
    file="brew.csv",
    format="brewpi_csv",
    zone="UTC",
    rows=3,
    stored=1,
    repeated=1,
    skipped=[Skipped(3, "Cut off.")],
    start="2019-05-04T08:00:00.000Z",
    end="2019-05-04T08:01:00.000Z",
    batch="brew-1",
)
ACCEPTED = json.encode(ImportReport([REPORT]))


class FakeServer(HTTPHandler):
    """Answers every request with one status and body, and remembers the requests."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__()
        self._status = status
        self._body = body
        self.asked: list[Request] = []

    def http_open(self, req: Request) -> addinfourl:  # type: ignore[override]  # any response will do for urllib
        self.asked.append(req)
        response = addinfourl(io.BytesIO(self._body), Message(), req.full_url, self._status)
        response.msg = "said"  # type: ignore[attr-defined]  # urllib reads it, its types do not know
        return response


@pytest.fixture
def token(tmp_path: Path) -> Path:
    path = tmp_path / "local-token"
    path.write_text("krs_secret\n")
    return path


@pytest.fixture
def serve(token: Path) -> Callable[..., tuple[LocalServer, FakeServer]]:
    def answering(status: int, body: bytes = ACCEPTED) -> tuple[LocalServer, FakeServer]:
        fake = FakeServer(status, body)
        opener = build_opener(ProxyHandler({}), fake)
        return LocalServer("http://127.0.0.1:8080", token, opener), fake

    return answering


Serve = Callable[..., tuple[LocalServer, FakeServer]]


def test_a_file_is_sent_with_the_secret_and_the_report_comes_back(serve: Serve) -> None:
    server, fake = serve(201)
    zone = "Europe/Copenhagen"
    report = server.import_file("My & brew.csv", b"\0raw\xff", zone=zone, form="brewpi_csv", dry_run=True)
    assert report == ImportReport([REPORT])
    (request,) = fake.asked
    assert request.get_method() == "POST"
    assert request.data == b"\0raw\xff"
    assert request.get_header("Authorization") == "Bearer krs_secret"
    assert request.get_header("Content-type") == "application/octet-stream"
    parts = urlsplit(request.full_url)
    assert (parts.netloc, parts.path) == ("127.0.0.1:8080", "/api/v1/imports")
    assert parse_qs(parts.query) == {
        "name": ["My & brew.csv"],
        "timezone": [zone],
        "format": ["brewpi_csv"],
        "dry_run": ["true"],
    }


def test_a_large_answer_comes_in_pieces(serve: Serve) -> None:
    body = bytes(range(256)) * 1000
    server, fake = serve(200, body)
    pieces = list(server.pieces("/export?batch=ale"))
    assert len(pieces) > 1
    assert b"".join(pieces) == body
    (request,) = fake.asked
    assert (request.get_method(), request.get_header("Authorization")) == ("GET", "Bearer krs_secret")
    assert request.full_url == "http://127.0.0.1:8080/api/v1/export?batch=ale"


def test_refusal_of_a_large_answer_is_raised(serve: Serve) -> None:
    server, _ = serve(404, json.encode({"title": "No", "detail": "There is no batch ale."}))
    with pytest.raises(NotFound, match="no batch ale"):
        list(server.pieces("/export?batch=ale"))


def test_what_was_not_asked_is_not_sent(serve: Serve) -> None:
    server, fake = serve(201)
    server.import_file("brew.csv", b"raw")
    assert parse_qs(urlsplit(fake.asked[0].full_url).query) == {"name": ["brew.csv"]}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Invalid),
        (401, Unproven),
        (403, Forbidden),
        (404, NotFound),
        (409, Stale),
        (413, Invalid),
        (415, Invalid),
        (422, Invalid),
        (429, TryAgain),
        (503, TryAgain),
        (500, Defect),
    ],
)
def test_a_refusal_is_raised_as_what_it_is(serve: Serve, status: int, kind: type[KrausenError]) -> None:
    problem = {"type": "about:blank", "title": "No", "status": status, "detail": "brew.csv is empty."}
    server, _ = serve(status, json.encode(problem))
    with pytest.raises(KrausenError, match=r"^brew\.csv is empty\.$") as caught:
        server.import_file("brew.csv", b"raw")
    assert type(caught.value) is kind


def test_bad_fields_are_told(serve: Serve) -> None:
    problem = {"title": "No", "errors": [{"where": "query:timezone", "message": "There is no such zone."}]}
    server, _ = serve(422, json.encode(problem))
    with pytest.raises(Invalid, match=r"^No$") as caught:
        server.import_file("brew.csv", b"raw")
    assert caught.value.faults == (Fault("query:timezone", "There is no such zone."),)


def test_a_refusal_without_words_is_told_by_its_status(serve: Serve) -> None:
    server, _ = serve(413, b"<html>")
    with pytest.raises(Invalid, match="status 413"):
        server.import_file("brew.csv", b"raw")


def test_an_open_file_is_sent_whole(serve: Serve) -> None:
    server, fake = serve(201)
    file = io.BytesIO(b"raw")
    file.seek(2)
    assert server.import_file("brew.csv", file) == ImportReport([REPORT])
    (request,) = fake.asked
    assert (request.get_header("Content-length"), file.tell()) == ("3", 0)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"files":[]}', b"<html>"])
def test_an_answer_without_a_report_is_a_defect(serve: Serve, body: bytes) -> None:
    server, _ = serve(201, body)
    with pytest.raises(Defect, match=r"127\.0\.0\.1:8080"):
        server.import_file("brew.csv", b"raw")


def test_a_server_that_is_gone_is_told(token: Path) -> None:
    server = LocalServer("http://127.0.0.1:1", token)
    with pytest.raises(LinkLost, match=r"127\.0\.0\.1:1 does not answer"):
        server.import_file("brew.csv", b"raw")


def test_a_secret_that_is_not_there_is_told(tmp_path: Path) -> None:
    server = LocalServer("http://127.0.0.1:1", tmp_path / "local-token")
    with pytest.raises(
        OperatorNeeded, match=r"local-token cannot be read: No such file .* Restart the server"
    ):
        server.import_file("brew.csv", b"raw")
