"""The page as it was built, its files in memory and compressed."""

import gzip
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from msgspec import Struct

from krausen.errors import NotFound
from krausen.server.status import Health
from krausen.server.web.call import JSON, Call
from krausen.server.web.plain import plain
from krausen.server.web.policy import policy_of

INDEX = "index.html"
HASHED = "assets/"
"""The folder of those files whose names change with what is in them."""
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
READY = "ready"
"""The option of a route that compresses its answers itself."""

_KINDS = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": JSON,
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_BYTES = "application/octet-stream"


class File(Struct, frozen=True, kw_only=True):
    """A file of the page. `packed` is its content in gzip, None where that is not shorter."""

    content: bytes
    packed: bytes | None
    kind: str
    headers: dict[str, str]


Files = Mapping[str, File]


def files_of(folder: Path | None) -> Files:
    """Take in the files of a built page, by their paths in the folder; none without a folder or its index."""
    if folder is None or not (folder / INDEX).is_file():
        return {}
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: _file(name, path.read_bytes()) for name, path in sorted(paths.items())}


@get(["/", "/{path:path}"], include_in_schema=False, opt={READY: True})
async def show_page(request: Call, path: FromPath[str] = "/") -> Response[Any]:
    """Give a file of the page; at every other address the page itself, which knows its own addresses."""
    files: Files = request.app.state.files
    name = path.strip("/")
    if name.startswith(HASHED) and name not in files:
        raise NotFound("There is no such part of the page: load it again.")
    file = files.get(name) or files.get(INDEX)
    if file is None:
        return _missing(request.site.status.health())
    if request.headers.get("if-none-match") == file.headers["etag"]:
        return Response(b"", status_code=304, headers=file.headers, media_type=file.kind)
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        packed = {**file.headers, "content-encoding": "gzip"}
        return Response(file.packed, headers=packed, media_type=file.kind)
    return Response(file.content, headers=file.headers, media_type=file.kind)


def _file(name: str, content: bytes) -> File:
    kind = _KINDS.get(Path(name).suffix, _BYTES)
    packed = gzip.compress(content, mtime=0)
    headers = {
        "cache-control": FOR_EVER if name.startswith(HASHED) else ASK_AGAIN,
        "etag": f'"{sha256(content).hexdigest()[:32]}"',
        "vary": "accept-encoding",
    }
    if name.endswith(".html"):
        headers["content-security-policy"] = policy_of(content.decode())
    return File(
        content=content, packed=packed if len(packed) < len(content) else None, kind=kind, headers=headers
    )


def _missing(health: Health) -> Response[str]:
    """Say how the server is, and how to get the page; without a sign-in there is nothing more to tell."""
    wrong = "".join(f"<li>{escape(problem)}</li>" for problem in health.problems)
    return plain(
        "Krausen",
        "<main>\n<h1>Krausen is running, but its page was not built</h1>\n"
        f"<p>Version {health.version}, {health.time}.</p>\n"
        "<p>Vessels are held and readings are kept all the same.</p>\n"
        f"<ul>{wrong}</ul>\n"
        "<p>To build the page, stop the server and start it with <code>./run</code> from a copy of the "
        "source; or install a released package, which has the page in it.</p>\n"
        '<p>Everything can be read and set by <a href="/api">the calls</a>, with a sign-in or a token.</p>\n'
        "</main>",
    )
