"""The first admin: made at this machine, or by whoever can read what the server printed."""

import hmac
from functools import cached_property

from krausen.errors import Forbidden
from krausen.model.people import User
from krausen.server.people.digests import Secret
from krausen.server.people.reception import Reception


class FirstRun:
    """Lets the first person in, once."""

    def __init__(self, reception: Reception, secret: Secret) -> None:
        self._reception = reception
        self._secret = secret

    @cached_property
    def code(self) -> str:
        """What lets one set up from elsewhere; the server prints it while this is needed."""
        return self._secret()

    async def needed(self) -> bool:
        """Tell whether the first admin is still to be made."""
        return await self._reception.is_new()

    async def set_up(self, login: str, name: str, password: str, *, code: str | None, is_here: bool) -> User:
        """Make the first admin; `is_here` is true for who sits at this machine, and needs no code.

        Raises NotFound when there is somebody already, Forbidden without the right code, Invalid.
        """
        if await self.needed() and not is_here and not self._fits(code):
            raise Forbidden(
                "Set up Krausen at the machine it runs on, or send the `code` that the server printed."
            )
        return await self._reception.set_up(login, name, password)

    def _fits(self, code: str | None) -> bool:
        return code is not None and hmac.compare_digest(_bytes(code), _bytes(self.code))


def _bytes(text: str) -> bytes:
    return text.strip().encode(errors="surrogatepass")
