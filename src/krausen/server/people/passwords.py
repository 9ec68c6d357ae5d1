"""Passwords, hashed slowly on purpose and away from the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from krausen.server.people.digests import Secret, digest

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""Argon2id with the least cost that the OWASP Password Storage Cheat Sheet allows, in KiB and passes."""

NOBODYS = f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p=1${'A' * 22}${'A' * 43}"
"""Stands in where somebody has no hash: costs as much to check, and fits no password that anybody knows."""


class Passwords:
    """Hashes and checks passwords one after another in a thread. Close when done.

    A password is taken in Unicode's composed form (RFC 8265, section 4.2), whatever keyboard it was typed on.
    """

    def __init__(self, secret: Secret) -> None:
        self._secret = secret
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")

    def close(self) -> None:
        """Wait for what is under way, then stop."""
        self._executor.shutdown()

    async def hashed(self, password: str) -> str:
        """Give the argon2 hash of a password with fresh salt."""
        return await self._run(_hashed, password, self._secret())

    async def fits(self, password: str, hashed: str) -> bool:
        """Tell whether a password belongs to a hash."""
        return await self._run(_fits, password, hashed)

    async def _run(self, call: Callable[[*Ts], T], *args: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, call, *args)


def _hashed(password: str, salt: str) -> str:
    return _HASHER.hash(_composed(password), salt=bytes.fromhex(digest(salt))[:16])


def _fits(password: str, hashed: str) -> bool:
    try:
        return _HASHER.verify(hashed, _composed(password))
    except (VerificationError, InvalidHashError):
        return False


def _composed(password: str) -> bytes:
    return normalize("NFC", password).encode(errors="surrogatepass")
