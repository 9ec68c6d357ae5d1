from collections.abc import AsyncIterator, Callable

import anyio
import pytest
from anyio.lowlevel import checkpoint
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from krausen.server.people.passwords import NOBODYS, Passwords

pytestmark = pytest.mark.anyio


@pytest.fixture
async def passwords(secret: Callable[[], str]) -> AsyncIterator[Passwords]:
    made = Passwords(secret)
    yield made
    made.close()


async def test_hash_has_the_agreed_cost_and_fits_its_password_alone(passwords: Passwords) -> None:
    hashed = await passwords.hashed("correct horse")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "horse" not in hashed
    assert await passwords.fits("correct horse", hashed)
    assert not await passwords.fits("correct horse ", hashed)


async def test_same_password_is_hashed_differently_each_time(passwords: Passwords) -> None:
    assert await passwords.hashed("correct horse") != await passwords.hashed("correct horse")


async def test_password_is_the_same_from_every_keyboard(passwords: Passwords) -> None:
    hashed = await passwords.hashed("p\u00e5ske\u00f8l 7")
    assert await passwords.fits("pa\u030aske\u00f8l 7", hashed)


async def test_text_that_is_no_unicode_is_a_wrong_password(passwords: Passwords) -> None:
    assert not await passwords.fits("\ud800", await passwords.hashed("correct horse"))


async def test_nobodys_hash_costs_the_same_and_fits_nothing(passwords: Passwords) -> None:
    assert extract_parameters(NOBODYS) == extract_parameters(await passwords.hashed("correct horse"))
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(NOBODYS, "")
    assert not await passwords.fits("", NOBODYS)


async def test_damaged_hash_fits_nothing(passwords: Passwords) -> None:
    assert not await passwords.fits("correct horse", "$argon2id$v=19$m=19456,t=2,p=1$torn")


async def test_event_loop_goes_on_while_a_password_is_hashed(passwords: Passwords) -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await checkpoint()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(turn)
        await passwords.hashed("correct horse")
        tasks.cancel_scope.cancel()
    assert turns > 10
