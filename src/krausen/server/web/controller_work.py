"""What controllers can be asked to do: their hardware, their parameters, a new start."""

from typing import Any, Literal

from litestar import get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Struct, UnsetType

from krausen.model.controller import IoDevice, Parameter
from krausen.server.web.acts import Step, act
from krausen.server.web.call import Call
from krausen.server.web.changes import Reason, Why
from krausen.server.web.guards import brewer, viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged


class Assignment(Struct, frozen=True, kw_only=True):
    """What is to be another way with a device; the function `none` frees it.

    Chambers and beers count from 1, 0 is neither. `calibration` is °C added to what a probe says.
    """

    slot: int | UnsetType = UNSET
    chamber: int | UnsetType = UNSET
    beer: int | UnsetType = UNSET
    function: str | UnsetType = UNSET
    inverted: bool | UnsetType = UNSET
    calibration: float | UnsetType = UNSET
    reason: Why = ""


class ParametersBody(Struct, frozen=True):
    """What a firmware goes by."""

    parameters: tuple[Parameter, ...]


class ResetWish(Struct, frozen=True, kw_only=True):
    """What is to be as it was at first; the memory is all of it, the assignment of the hardware too."""

    what: Literal["settings", "constants", "memory"]
    reason: Why = ""


@get("/controllers/{name:str}/devices", guards=[viewer], summary="List the hardware of a controller")
async def list_controller_devices(
    request: Call, name: FromPath[str], limit: Limit = USUAL, cursor: Cursor = None
) -> Page[IoDevice]:
    """Inputs and outputs as it told them last; those without a slot are free."""
    return paged(await request.site.controller_work.devices(name), limit, cursor)


@patch("/controllers/{name:str}/devices/{id:str}", guards=[brewer], summary="Assign a device of a controller")
async def assign_controller_device(
    request: Call, name: FromPath[str], id: FromPath[str], data: JSONBody[Assignment]
) -> IoDevice:
    """The device as the controller then tells it, which may take up to 15 s."""
    wanted = {field: value for field, value in _given(data).items() if field != "reason"}
    return await request.site.controller_work.assign(name, id, wanted, request.caller, data.reason)


@act("/controllers/{name:str}/scan", summary="Have a controller look for hardware")
async def scan_controller(
    request: Call,
    name: FromPath[str],
    data: JSONBody[Step | None] = None,  # noqa: ARG001 a look changes nothing, so that no reason is kept
) -> Page[IoDevice]:
    """The hardware that it has found, which may take up to 15 s."""
    return Page(list(await request.site.controller_work.scan(name)))


@patch("/controllers/{name:str}/parameters", guards=[brewer], summary="Set parameters of a controller")
async def set_controller_parameters(
    request: Call, name: FromPath[str], data: JSONBody[dict[str, Any]], reason: Reason = ""
) -> ParametersBody:
    """All parameters as the controller then tells them. The body names values by key."""
    return ParametersBody(await request.site.controller_work.set(name, data, request.caller, reason))


@post(
    "/controllers/{name:str}/reset", guards=[brewer], status_code=204, summary="Reset parts of a controller"
)
async def reset_controller(request: Call, name: FromPath[str], data: JSONBody[ResetWish]) -> None:
    """It is as it was at first."""
    await request.site.controller_work.reset(name, data.what, request.caller, data.reason)


@act("/controllers/{name:str}/restart", status=204, summary="Restart a controller")
async def restart_controller(request: Call, name: FromPath[str], data: JSONBody[Step | None] = None) -> None:
    """It starts anew; what it holds is told to it again."""
    await request.site.controller_work.restart(name, request.caller, data.reason if data else "")


def _given(data: Assignment) -> dict[str, Any]:
    fields = {field: getattr(data, field) for field in data.__struct_fields__}
    return {field: value for field, value in fields.items() if value is not UNSET}
