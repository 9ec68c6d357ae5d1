"""Their I/O controllers: ours, and beside them those that are kept here alone, so that nothing is lost.

Ours show address and port, or the path of their line as the socket. What they are called here, and every
controller that we do not speak with, is kept in settings whose names begin with `maelstrom.iocontroller.`.
"""

import re
from typing import Any
from urllib.parse import quote

from msgspec import ValidationError, convert, to_builtins
from msgspec.structs import replace

from krausen.doors.maelstrom.here import BOARD, Here
from krausen.errors import Forbidden, NotFound
from krausen.protocols.maelstrom import BOARDS, Board, board_out, notice

KEY = "maelstrom.iocontroller."
CONTROLLER, RECORD = "controller/", "record/"
"""How what is numbered begins: a controller of ours, or one that is kept here alone."""
DRIVER = "brewpi"
TCP = "tcp://"
_LETTERS = re.compile(r"[^a-z0-9]+")
_NOT_HERE = (
    "Controllers are added, changed and removed on Krausen's page, unless the settings of this door say "
    "otherwise."
)


async def every(here: Here) -> list[dict[str, Any]]:
    """Give all controllers by number."""
    records = {int(item["key"].removeprefix(KEY)): _kept(item["value"]) async for item in _records(here)}
    boards = {number: board for number, board in records.items() if board is not None}
    async for controller in here.items("/controllers"):
        number = await here.site.number(BOARD, CONTROLLER + controller["name"])
        boards[number] = _shown(controller, boards.get(number))
    return [board_out(number, boards[number]) for number in sorted(boards)]


async def one(here: Here, number: int) -> dict[str, Any]:
    """Give a controller. Raises NotFound."""
    return board_out(number, await _board(here, number))


async def add(here: Here, board: Board) -> None:
    """Add a controller: one of ours where we can speak with it and may, else one that is kept here alone."""
    if here.arranges and board.address and board.port.isdecimal() and not board.socket:
        wanted = {"name": _slug(board.name), "driver": DRIVER, "settings": {"port": _line(board)}}
        made = await here.call("POST", "/controllers", wanted)
        number = await here.site.number(BOARD, CONTROLLER + made["name"])
    else:
        number = await _fresh(here)
    await _keep(here, number, board, "create")


async def change(here: Here, number: int, board: Board) -> None:
    """Change a controller. Raises NotFound, Invalid, and Forbidden for the line of one of ours."""
    present = await _board(here, number)
    name = await _ours(here, number)
    if name is not None and replace(board, name=present.name) != present:
        _check(here)
        line = _line(board) if board.address else board.socket
        await here.call("PATCH", f"/controllers/{quote(name)}", {"settings": {"port": line}})
    await _keep(here, number, board, "update")


async def remove(here: Here, number: int) -> None:
    """Remove a controller. Raises NotFound, and Forbidden for one of ours."""
    await _board(here, number)
    name = await _ours(here, number)
    if name is not None:
        _check(here)
        await here.call("DELETE", f"/controllers/{quote(name)}")
    await here.site.ask("DELETE", f"/settings/{KEY}{number}")
    here.site.pass_on(notice(BOARDS, {"eventType": "delete", "controllerId": number}))


async def numbers_of_vessels(here: Here) -> dict[str, int]:
    """Give the numbers of the vessels that a controller holds, which are those of the controller."""
    return {
        one["vessel"]: await here.site.number(BOARD, CONTROLLER + one["name"])
        async for one in here.items("/controllers")
        if one["vessel"] is not None
    }


async def _keep(here: Here, number: int, board: Board, event: str) -> None:
    await here.call("PUT", f"/settings/{KEY}{number}", {"value": to_builtins(board)})
    told = board_out(number, await _board(here, number))
    here.site.pass_on(notice(BOARDS, {"eventType": event, "controller": told}))


async def _fresh(here: Here, place: int = 0) -> int:
    """Give a number that nothing has had."""
    number = await here.site.number(BOARD, f"{RECORD}{here.site.now()}-{place}")
    status, _ = await here.site.ask("GET", f"/settings/{KEY}{number}")
    return number if status >= 400 else await _fresh(here, place + 1)


async def _board(here: Here, number: int) -> Board:
    status, said = await here.site.ask("GET", f"/settings/{KEY}{number}")
    kept = _kept(said["value"]) if status < 400 else None
    name = await _ours(here, number)
    if name is not None:
        return _shown(await here.call("GET", f"/controllers/{quote(name)}"), kept)
    if kept is None:
        raise NotFound(f"There is no controller {number}.")
    return kept


async def _ours(here: Here, number: int) -> str | None:
    id = await here.site.named(BOARD, number)
    return id.removeprefix(CONTROLLER) if id is not None and id.startswith(CONTROLLER) else None


async def _records(here: Here) -> Any:
    async for item in here.items("/settings"):
        if item["key"].startswith(KEY) and item["key"].removeprefix(KEY).isdecimal():
            yield item


def _kept(value: Any) -> Board | None:
    """Give what a setting keeps; none where somebody made something else of it."""
    try:
        return convert(value, Board)
    except ValidationError:
        return None


def _shown(controller: dict[str, Any], kept: Board | None) -> Board:
    name = controller["name"] if kept is None else kept.name
    line = str(controller["settings"].get("port", ""))
    if not line.startswith(TCP):
        return Board(name=name, socket=line)
    address, _, port = line.removeprefix(TCP).rpartition(":")
    return Board(name=name, address=address, port=port)


def _check(here: Here) -> None:
    if not here.arranges:
        raise Forbidden(_NOT_HERE)


def _line(board: Board) -> str:
    return f"{TCP}{board.address}:{board.port}"


def _slug(name: str) -> str:
    return _LETTERS.sub("-", name.casefold()).strip("-") or DRIVER
