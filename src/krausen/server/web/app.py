"""The web application of a site."""

from pathlib import Path

from litestar import Litestar, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State

from krausen.server.metrics import Requests
from krausen.server.site import Site
from krausen.server.web.api import CALLS
from krausen.server.web.browse import browse
from krausen.server.web.call import Call
from krausen.server.web.describe import ROOT, read_description
from krausen.server.web.entrance import Entrance, OwnEntrance
from krausen.server.web.errors import log_of_socket, translation
from krausen.server.web.live import live
from krausen.server.web.metrics import read_metrics
from krausen.server.web.options import options_of
from krausen.server.web.page import READY, files_of, show_page
from krausen.server.web.shell import Shell

LARGEST = 1024 * 1024
"""Bytes of a body, where a call takes no more."""
WORTH_PACKING = 1000
PACKING = 5
"""How hard gzip tries, 1 to 9: beyond this it takes long and gains little."""


def app(site: Site, *, page: Path | None) -> Shell:
    """Give what serves a site: its calls, its live channels and the page that was built in a folder."""
    requests = site.requests
    return Shell(Entrance(site, application(site, page, requests)), requests)


def door_app(site: Site, name: str) -> Shell:
    """Give what serves a door alone, on a port of its own."""
    return Shell(OwnEntrance(site, name))


def application(site: Site, page: Path | None, requests: Requests) -> Litestar:
    """Give the routes of a site; `requests` are counted elsewhere."""
    return Litestar(
        [
            Router(ROOT, route_handlers=[*options_of(CALLS), *CALLS, read_description, live]),
            Router("/", route_handlers=[browse, read_metrics, show_page]),
        ],
        state=State({"site": site, "files": files_of(page), "requests": requests}),
        request_class=Call,
        request_max_body_size=LARGEST,
        exception_handlers={Exception: translation()},
        after_exception=[log_of_socket],
        compression_config=CompressionConfig(
            "gzip", minimum_size=WORTH_PACKING, gzip_compress_level=PACKING, exclude_opt_key=READY
        ),
        openapi_config=None,
        logging_config=None,
    )
