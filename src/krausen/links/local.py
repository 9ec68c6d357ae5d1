"""Talks to the server that has the same data folder."""

from pathlib import Path
from typing import Any, NoReturn
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
from krausen.importing.report import FileReport, ImportReport

PATIENCE_S = 600.0
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
        raw: bytes,
        *,
        zone: str | None = None,
        form: str | None = None,
        dry_run: bool = False,
    ) -> FileReport:
        """Have a file imported; see `krausen.server.imports` for what is done with it."""
        asked = {"name": name, "timezone": zone, "format": form, "dry_run": "true" if dry_run else None}
        query = urlencode({key: value for key, value in asked.items() if value is not None})
        answer = self._answer("POST", f"/imports?{query}", raw, "application/octet-stream")
        try:
            return json.decode(answer, type=ImportReport).files[0]
        except (DecodeError, ValidationError, IndexError) as error:
            raise Defect(f"The server at {self._place} answered an import with something else.") from error

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Give what a call of the server answers, None where it has nothing to say; both in JSON."""
        answer = self._answer(method, path, json.encode(body) if body is not None else None)
        try:
            return json.decode(answer) if answer else None
        except DecodeError as error:
            raise Defect(f"The server at {self._place} answered {path} with something else.") from error

    def _answer(self, method: str, path: str, body: bytes | None, kind: str = "application/json") -> bytes:
        headers = {"Content-Type": kind, "Authorization": f"Bearer {self._secret()}"}
        request = Request(f"http://{self._place}/api/v1{path}", body, headers, method=method)
        try:
            with self._opener.open(request, timeout=PATIENCE_S) as response:
                answer: bytes = response.read()
                return answer
        except HTTPError as error:
            with error:
                _raise(error.code, error.read())
        except (URLError, OSError) as error:
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
