"""Whose login and password are these?"""

import hmac

import anyio

from krausen.errors import Throttled, Unproven
from krausen.model.people import User
from krausen.ports.catalog.people import People
from krausen.ports.clock import Clock
from krausen.server.people.digests import Secret
from krausen.server.people.fitness import LOGIN_LONGEST, composed, is_login
from krausen.server.people.passwords import NOBODYS, Passwords
from krausen.server.people.remembered import Remembered
from krausen.server.people.throttle import Throttle

REMEMBERED_MS = 300_000
LINE_LONGEST = 32
LINE_WAIT_S = 5


class Logins:
    """Finds the owner of a login and password: one check at a time, at most five failures a minute.

    A pair that fitted is remembered under a keyed hash for five minutes, and only while the person's password
    stays.
    """

    def __init__(self, people: People, clock: Clock, secret: Secret, passwords: Passwords) -> None:
        self._people = people
        self._clock = clock
        self._passwords = passwords
        self._key = secret().encode()
        self._fitted: Remembered[str] = Remembered()
        self._throttle = Throttle()
        self._line = anyio.Lock()

    def proof(self, login: str, password: str) -> str:
        """Give the keyed hash under which a pair may be remembered in this process."""
        said = f"{len(login)} {login} {password}".encode(errors="surrogatepass")
        return hmac.new(self._key, said, "sha256").hexdigest()

    async def owner(self, login: str, password: str, address: str) -> User:
        """Give the person. Raises Unproven, and Throttled when this login or address was wrong too often."""
        login = composed(login)
        proof = self.proof(login, password)
        known = await self._known(login, proof)
        if known is not None:
            return known
        if self._line.statistics().tasks_waiting >= LINE_LONGEST:
            raise Throttled("Too many sign in at once. Try again in a few seconds.", LINE_WAIT_S)
        async with self._line:
            return await self._known(login, proof) or await self._checked(login, password, address)

    async def _known(self, login: str, proof: str) -> User | None:
        hashed = self._fitted.get(proof, self._clock.steady())
        user = await self._people.user_by_login(login) if hashed is not None else None
        return user if user is not None and user.password_hash == hashed else None

    async def _checked(self, login: str, password: str, address: str) -> User:
        user = await self._people.user_by_login(login) if is_login(login) else None
        hashed = (user and user.password_hash) or NOBODYS
        keys, now = _counted(login, address), self._clock.steady()
        self._throttle.take(keys, now)
        if not await self._passwords.fits(password, hashed) or user is None:
            raise Unproven("Login or password is wrong.")
        self._throttle.give_back(keys, now)
        self._fitted.put(self.proof(login, password), hashed, now + REMEMBERED_MS)
        return user


def _counted(login: str, address: str) -> list[str]:
    by_login = f"login {login[:LOGIN_LONGEST]}"
    return [by_login, f"address {address}"] if address else [by_login]
