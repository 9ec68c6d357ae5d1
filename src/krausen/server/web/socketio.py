"""Agents at the door: who may come in, and for how long; and the transports on which is talked."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any, NoReturn

import structlog
from msgspec import Struct
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from krausen.errors import Forbidden, LinkLost, Refusal, TryAgain, Unproven
from krausen.model.people import Caller, UserRole
from krausen.ports.link import ServerEnd
from krausen.server.dispatch import Dispatch
from krausen.server.people import Reception
from krausen.server.web.hot_live import KERNEL_ROOM
from krausen.wire.messages import Turned

log = structlog.get_logger()

PROOF_S = 10.0
"""How often it is asked whether a token still holds."""


class Proof(Struct, frozen=True):
    """An agent's token, and what it allows."""

    token: str
    caller: Caller


class Gate:
    """Judges the tokens of agents, and hands those that hold one to dispatch."""

    def __init__(self, reception: Reception, dispatch: Dispatch) -> None:
        self._reception = reception
        self._dispatch = dispatch

    async def admit(self, shown: object) -> Proof:
        """Give the proof in `{"token": …}`. Raises Unproven, Forbidden, and TryAgain when nobody can tell."""
        token = shown.get("token") if isinstance(shown, dict) else None
        if not isinstance(token, str) or not token:
            raise Unproven("An agent shows a token. Give it one of the role agent.")
        caller = await self._reception.by_token(token)
        if caller.role is not UserRole.AGENT:
            whose = f"The token {caller.name} is that of a {caller.role}"
            raise Forbidden(f"{whose}. Give the agent one of the role agent.")
        return Proof(token, caller)

    async def converse(self, link: ServerEnd, proof: Proof) -> None:
        """Hold a conversation until the agent is gone, or its token is not valid any more."""
        try:
            async with asyncio.TaskGroup() as tasks:
                doubt = tasks.create_task(self._doubt(proof))
                await self._dispatch.serve(link, proof.caller.may_write)
                doubt.cancel()
        except* Refusal as refused:
            reason = str(refused.exceptions[0])
            log.warning("agent.turned_away", token=proof.caller.name, detail=reason)
            with suppress(LinkLost):  # it may leave just now
                await link.send(Turned(reason))

    async def _doubt(self, proof: Proof) -> NoReturn:
        while True:
            await asyncio.sleep(PROOF_S)
            with suppress(TryAgain):  # what cannot be asked now stays as it was
                await self.admit({"token": proof.token})


def transport_of(send: Callable[..., Any]) -> asyncio.Transport | None:
    """Find the transport under a WebSocket of uvicorn by its way to send, and bound what the system holds.

    None if it is somebody else's.
    """
    owner = getattr(send, "__self__", None)
    if not isinstance(owner, WebSocketsSansIOProtocol):
        return None
    system = owner.transport.get_extra_info("socket")
    if system is not None:
        system.setsockopt(SOL_SOCKET, SO_SNDBUF, KERNEL_ROOM)
    return owner.transport
