"""Talks to the server that has the same data folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from io import SEEK_END
from pathlib import Path
from typing import IO, Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from msgspec import DecodeError, Struct, ValidationError, json

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
from krausen.importing.report import ImportReport

PATIENCE_S = 600.0
PIECE = 64 * 1024
"""Bytes that are read at a time."""
_KINDS: dict[int, type[KrausenError]] = {
    401: Unproven,
    403: Forbidden,
    404: NotFound,
    409: Stale,
    429: TryAgain,
    503: TryAgain,
}


class LocalServer:
    """The server of this machine's data folder at `url`, which leaves its secret for us in the file `token`.

    Calls wait for the answer. They raise what the server refused with, LinkLost when it does not answer and
    OperatorNeeded when there is no secret.
    """

    def __init__(self, url: str, token: Path, opener: OpenerDirector | None = None) -> None:
        self._place = urlsplit(url).netloc
        self._token = token
        # No proxy lies between us and this machine, whatever the environment says.
        self._opener = opener or build_opener(ProxyHandler({}))

    def import_file(
        self,
        name: str,
        content: bytes | IO[bytes],
        *,
        zone: str | None = None,
        form: str | None = None,
        dry_run: bool = False,
    ) -> ImportReport:
        """Have a file or an archive imported; see `krausen.server.imports` for what is done with it."""
        asked = {"name": name, "timezone": zone, "format": form, "dry_run": "true" if dry_run else None}
        query = urlencode({key: value for key, value in asked.items() if value is not None})
        answer = self._answer("POST", f"/imports?{query}", content, "application/octet-stream")
        try:
            report = json.decode(answer, type=ImportReport)
        except (DecodeError, ValidationError) as error:
            raise Defect(f"The server at {self._place} answered an import with something else.") from error
        if not report.files:
            raise Defect(f"The server at {self._place} answered an import without saying what became of it.")
        return report

    def pieces(self, path: str) -> Iterator[bytes]:
        """Yield what a call answers, a piece at a time, so that it may be larger than memory."""
        request = Request(
            f"http://{self._place}/api/v1{path}", headers={"Authorization": f"Bearer {self._secret()}"}
        )
        with self._opened(request) as response:
            while piece := response.read(PIECE):
                yield piece

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Give what a call of the server answers, None where it has nothing to say; both in JSON."""
        answer = self._answer(method, path, json.encode(body) if body is not None else None)
        try:
            return json.decode(answer) if answer else None
        except DecodeError as error:
            raise Defect(f"The server at {self._place} answered {path} with something else.") from error

    def _answer(
        self, method: str, path: str, body: bytes | IO[bytes] | None, kind: str = "application/json"
    ) -> bytes:
        headers = {"Content-Type": kind, "Authorization": f"Bearer {self._secret()}"}
        if body is not None and not isinstance(body, bytes):
            headers["Content-Length"] = str(body.seek(0, SEEK_END))
            body.seek(0)
        request = Request(f"http://{self._place}/api/v1{path}", body, headers, method=method)
        with self._opened(request) as response:
            answer: bytes = response.read()
            return answer

    @contextmanager
    def _opened(self, request: Request) -> Iterator[Any]:
        try:
            with self._opener.open(request, timeout=PATIENCE_S) as response:
                yield response
        except HTTPError as error:
            with error:
                _raise(error.code, error.read())
        except (URLError, HTTPException, OSError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise LinkLost(f"The server at {self._place} does not answer: {reason}.") from error

    def _secret(self) -> str:
        try:
            return self._token.read_text().strip()
        except OSError as error:
            raise OperatorNeeded(
                f"The server's secret {self._token} cannot be read: {error.strerror}. Restart the server."
            ) from error


class _Problem(Struct):
    title: str = ""
    detail: str = ""
    errors: list[Fault] = []


def _raise(status: int, body: bytes) -> NoReturn:
    """Raise what a problem document (RFC 9457) tells of."""
    try:
        problem = json.decode(body, type=_Problem)
    except (DecodeError, ValidationError):
        problem = _Problem()
    detail = problem.detail or problem.title or f"The server answered with status {status}."
    if status in _KINDS:
        raise _KINDS[status](detail)
    if 400 <= status < 500:
        raise Invalid(detail, problem.errors)
    raise Defect(detail)
