"""The settings of an installation: the file `krausen.toml` in its data folder.

Variables of the environment go before the file, options of a command before both; those are click's to read.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta, Struct

from krausen.errors import OperatorNeeded

FILE = "krausen.toml"
_URL = r"^https?://[^/\s]+"


class Network(str):
    """An IP address, or a network of them such as 10.0.0.0/24."""

    __slots__ = ()


def network(text: str) -> Network:
    """Read an address or a network. Raises ValueError."""
    return Network(ip_network(text))


class ServerSettings(Struct, frozen=True, kw_only=True):
    """The server."""

    host: Annotated[
        str,
        Meta(
            title="Address to listen on; 0.0.0.0 is every network of this machine",
            description="a text, such as 192.168.1.5",
            min_length=1,
            extra={"variable": "KRAUSEN_HOST", "option": "--host"},
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        Meta(
            title="Port to listen on",
            description="a whole number from 1 to 65535",
            ge=1,
            le=65535,
            extra={"variable": "KRAUSEN_PORT", "option": "--port"},
        ),
    ] = 8080
    proxies: Annotated[
        tuple[Network, ...],
        Meta(
            title="Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed",
            description="a list of addresses or networks, such as 127.0.0.1 or 10.0.0.0/24",
            extra={"variable": "KRAUSEN_PROXIES", "option": "--proxy"},
        ),
    ] = ()


class AgentSettings(Struct, frozen=True, kw_only=True):
    """Agents that are started by hand. Those of `krausen up` are told the server beside them."""

    server: Annotated[
        str,
        Meta(
            title="Where the server is",
            description="an address, such as http://brewery:8080",
            pattern=_URL,
            extra={"variable": "KRAUSEN_SERVER", "option": "--server"},
        ),
    ] = "http://127.0.0.1:8080"


class Settings(Struct, frozen=True, kw_only=True):
    """All settings, a table of the file for each part."""

    server: ServerSettings = ServerSettings()
    agent: AgentSettings = AgentSettings()


def settings_of(folder: Path) -> Settings:
    """Read the settings of a data folder; without a file, all are as they are by default.

    Raises OperatorNeeded, which names the file and for each wrong key its line and what is allowed.
    """
    file = folder / FILE
    try:
        text = file.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise OperatorNeeded(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise OperatorNeeded(f"{file} is no text in UTF-8. Save it as such.") from error
    except tomllib.TOMLDecodeError as error:
        raise OperatorNeeded(f"{file} is not TOML: {error}.") from error
    faults = list(_faults(document, text))
    if faults:
        raise OperatorNeeded(f"{file}: {' '.join(faults)}")
    return msgspec.convert(document, Settings, dec_hook=_made)


def _faults(document: Mapping[str, Any], text: str) -> Iterator[str]:
    """Give a sentence for each thing that is wrong, in the order of the file."""
    tables = get_type_hints(Settings)
    for name, table in document.items():
        if name not in tables:
            yield f"{_at(text, name)} there is no `{name}` to be set, only the tables {_listed(tables)}."
        elif not isinstance(table, dict):
            yield f"{_at(text, name)} `{name}` must be a table: [{name}]."
        else:
            yield from _faults_of(name, table, get_type_hints(tables[name], include_extras=True), text)


def _faults_of(table: str, given: Mapping[str, Any], known: Mapping[str, Any], text: str) -> Iterator[str]:
    for key, value in given.items():
        if key not in known:
            yield f"{_at(text, table, key)} [{table}] has no `{key}`, only {_listed(known)}."
            continue
        try:
            msgspec.convert(value, known[key], dec_hook=_made)
        except msgspec.ValidationError:
            allowed = known[key].__metadata__[0].description
            yield f"{_at(text, table, key)} `{key}` of [{table}] is {value!r}; it must be {allowed}."


def _made(kind: type, value: Any) -> Any:
    if kind is not Network or not isinstance(value, str):
        raise ValueError(value)
    return network(value)


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(sorted(names))


def _at(text: str, *path: str) -> str:
    """Say in which line a key stands, or its table where the key is written in an unusual way."""
    table: tuple[str, ...] = ()
    best = 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w.\s-]+?)\s*\]", line):
            table = tuple(part.strip() for part in header[1].split("."))
            found = table
        elif key := re.match(r"""\s*([\w.\s"'-]+?)\s*=""", line):
            found = (*table, *(part.strip(" \"'") for part in key[1].split(".")))
        else:
            continue
        if found == path:
            return f"line {number}:"
        best = number if found == path[:1] else best
    return f"line {best}:"
