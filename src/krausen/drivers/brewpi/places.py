"""Where a controller is: the text that people write for it, and what it means."""

from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from krausen.errors import Fault, Invalid

TCP_PORT = 23
SCRIPT_PORT = 6332
"""What the original script opens where it has a port; Fermentrack's says its own."""
_HOW = "Write tcp://HOST:PORT, a serial device such as /dev/ttyACM0, or script://FOLDER/BEERSOCKET."


class Tcp(Struct, frozen=True):
    """A controller in the network."""

    host: str
    port: int = TCP_PORT

    def __str__(self) -> str:
        return f"tcp://{_bracketed(self.host)}:{self.port}"


class Serial(Struct, frozen=True):
    """A controller on a cable."""

    device: str

    def __str__(self) -> str:
        return self.device


class ScriptFile(Struct, frozen=True):
    """A BrewPi script that answers at a socket in the file system."""

    file: str

    def __str__(self) -> str:
        return f"script://{self.file}"


class ScriptHost(Struct, frozen=True):
    """A BrewPi script that answers at a port."""

    host: str
    port: int = SCRIPT_PORT

    def __str__(self) -> str:
        return f"script://{_bracketed(self.host)}:{self.port}"


Place = Tcp | Serial | ScriptFile | ScriptHost


def place(text: str) -> Place:
    """Read where a controller is. Raises Invalid, whose fault is at `/port`."""
    try:
        return _place(text.strip())
    except (ValueError, Invalid) as error:
        detail = str(error) if isinstance(error, Invalid) else f"{text[:80]!r} is no place. {_HOW}"
        raise Invalid(detail, [Fault("/port", detail)]) from error


def same(place: Place) -> Place:
    """Give the one name of a place: links to a serial device or a socket are followed as far as they go."""
    match place:
        case Serial():
            return Serial(str(Path(place.device).resolve()))
        case ScriptFile():
            return ScriptFile(str(Path(place.file).resolve()))
        case _:
            return place


def _place(text: str) -> Place:
    if text.startswith("/"):
        return Serial(_path(text))
    url = urlsplit(text)
    match url.scheme:
        case "tcp":
            return Tcp(_host(url), url.port or TCP_PORT)
        case "serial" if not url.netloc:
            return Serial(_path(url.path))
        case "script" if not url.netloc:
            return ScriptFile(_path(url.path))
        case "script":
            return ScriptHost(_host(url), url.port or SCRIPT_PORT)
        case _:
            raise Invalid(f"{text[:80]!r} is no place of a controller. {_HOW}")


def _host(url: SplitResult) -> str:
    host = url.hostname or ""
    if not host or url.path not in ("", "/") or any(char.isspace() for char in host):
        raise Invalid(f"{url.geturl()[:80]!r} names no host. {_HOW}")
    return host


def _path(text: str) -> str:
    if len(text) < 2 or not text.isprintable():
        raise Invalid(f"{text[:80]!r} is no path. {_HOW}")
    return text


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
