import asyncio
from collections.abc import Callable

import anyio
import pytest
from anyio.lowlevel import checkpoint
from argon2 import extract_parameters

from krausen.errors import StorageAway, Throttled, Unproven
from krausen.model.journal import JournalEntry
from krausen.model.people import User, UserRole
from krausen.ports.clock import Clock
from krausen.server.people import Reception
from krausen.server.people.logins import Logins
from krausen.server.people.passwords import Passwords
from krausen.simulation.loop import jumping
from krausen.testing.catalog import MemoryCatalog
from tests.unit.server.people.conftest import Hands

pytestmark = pytest.mark.anyio

ENTRY = JournalEntry(at=0, by="another process", what="user", id="u", action="updated")


async def outcome(reception: Reception, login: str, password: str, address: str = "") -> str:
    try:
        _, caller = await reception.sign_in(login, password, address)
    except Throttled:
        return "throttled"
    except Unproven:
        return "unproven"
    return caller.login


async def fail(reception: Reception, times: int, login: str = "anna", address: str = "") -> None:
    for _ in range(times):
        assert await outcome(reception, login, "wrong", address) == "unproven"


async def test_login_and_password_are_proof(reception: Reception, anna: User) -> None:
    cookie, caller = await reception.sign_in("anna", "correct horse")
    assert (caller.id, caller.login, caller.name, caller.role) == (
        anna.id,
        "anna",
        "Anna Ø.",
        UserRole.BREWER,
    )
    assert await reception.by_cookie(cookie) == caller
    assert await reception.by_login("anna", "correct horse") == caller


@pytest.mark.usefixtures("anna")
async def test_wrong_password_and_unknown_login_are_told_apart_by_nobody(reception: Reception) -> None:
    await reception.add_user("keys-only", "", UserRole.VIEWER, None, by="set-up")
    told = set()
    for login, password in [
        ("anna", "wrong"),
        ("nobody", "wrong"),
        ("keys-only", ""),
        ("\ud800", ""),
        ("", ""),
    ]:
        with pytest.raises(Unproven) as refusal:
            await reception.sign_in(login, password)
        told.add(str(refusal.value))
    assert told == {"Login or password is wrong."}


async def test_every_try_costs_the_same(
    catalog: MemoryCatalog, clock: Clock, secret: Callable[[], str]
) -> None:
    class Watched(Passwords):
        async def fits(self, password: str, hashed: str) -> bool:
            checked.append(str(extract_parameters(hashed)))
            return await super().fits(password, hashed)

    checked: list[str] = []
    watched = Watched(secret)
    user = User(
        id="u", login="anna", name="", role=UserRole.VIEWER, password_hash=await watched.hashed("correct")
    )
    await catalog.keep_user(user, ENTRY)
    await catalog.keep_user(User(id="k", login="keys-only", name="", role=UserRole.VIEWER), ENTRY)
    logins = Logins(catalog, clock, secret, watched)
    for login in ["anna", "keys-only", "nobody", "no login", ""]:
        with pytest.raises(Unproven):
            await logins.owner(login, "wrong", "")
    watched.close()
    assert len(checked) == 5
    assert len(set(checked)) == 1


async def test_login_is_the_same_from_every_keyboard(reception: Reception) -> None:
    await reception.add_user("p\u00e5l", "", UserRole.VIEWER, "correct horse", by="set-up")
    assert await outcome(reception, "pa\u030al", "correct horse") == "p\u00e5l"


@pytest.mark.usefixtures("anna")
async def test_after_five_failures_even_the_right_password_waits_a_minute(
    reception: Reception, hands: Hands
) -> None:
    await fail(reception, 5)
    with pytest.raises(Throttled, match="in 60 seconds") as refusal:
        await reception.sign_in("anna", "correct horse")
    assert refusal.value.retry_after_s == 60
    hands.wind(59.5)
    with pytest.raises(Throttled) as refusal:
        await reception.by_login("anna", "correct horse")
    assert refusal.value.retry_after_s == 1
    hands.wind(0.5)
    assert await outcome(reception, "anna", "correct horse") == "anna"


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("by_ms", [-86_400_000, 86_400_000])
async def test_a_clock_that_is_set_neither_locks_anybody_out_nor_lets_guessers_in(
    reception: Reception, clock: Clock, hands: Hands, by_ms: int
) -> None:
    await fail(reception, 5)
    clock.follow(clock.now() + by_ms)
    assert await outcome(reception, "anna", "correct horse") == "throttled"
    hands.wind(60)
    assert await outcome(reception, "anna", "correct horse") == "anna"


async def test_unknown_login_is_throttled_as_well(reception: Reception) -> None:
    await fail(reception, 5, "nobody")
    assert await outcome(reception, "nobody", "wrong") == "throttled"


@pytest.mark.usefixtures("anna")
async def test_address_that_tries_many_logins_waits_and_others_do_not(reception: Reception) -> None:
    for n in range(5):
        await fail(reception, 1, f"guess-{n}", "10.0.0.66")
    assert await outcome(reception, "anna", "correct horse", "10.0.0.66") == "throttled"
    assert await outcome(reception, "anna", "correct horse", "10.0.0.7") == "anna"


@pytest.mark.usefixtures("anna")
async def test_signing_in_is_no_failure(reception: Reception) -> None:
    await fail(reception, 4)
    for _ in range(6):
        assert await outcome(reception, "anna", "correct horse") == "anna"
    await fail(reception, 1)
    assert await outcome(reception, "anna", "wrong") == "throttled"


@pytest.mark.usefixtures("anna")
async def test_tries_at_the_same_time_are_counted_one_by_one(reception: Reception) -> None:
    outcomes: list[str] = []

    async def guess(n: int) -> None:
        outcomes.append(await outcome(reception, "anna", f"guess {n}"))

    async with anyio.create_task_group() as tasks:
        for n in range(20):
            tasks.start_soon(guess, n)
    assert sorted(outcomes) == ["throttled"] * 15 + ["unproven"] * 5


@pytest.mark.usefixtures("anna")
async def test_many_who_are_right_at_the_same_time_all_come_in(reception: Reception) -> None:
    logins: list[str] = []

    async def measure() -> None:
        logins.append((await reception.by_login("anna", "correct horse", "10.0.0.7")).login)

    async with anyio.create_task_group() as tasks:
        for _ in range(30):
            tasks.start_soon(measure)
    assert logins == ["anna"] * 30


async def test_line_has_an_end(reception: Reception) -> None:
    told: list[str] = []

    async def guess(n: int) -> None:
        try:
            await reception.sign_in("nobody", f"guess {n}")
        except (Throttled, Unproven) as refusal:
            told.append(str(refusal))

    async with anyio.create_task_group() as tasks:
        for n in range(40):
            tasks.start_soon(guess, n)
    assert sum("at once" in text for text in told) == 40 - 1 - 32


@pytest.mark.usefixtures("anna")
async def test_try_that_was_broken_off_counts(reception: Reception) -> None:
    for _ in range(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(reception.sign_in, "anna", "wrong")
            for _ in range(10):
                await checkpoint()
            tasks.cancel_scope.cancel()
    assert await outcome(reception, "anna", "correct horse") == "throttled"


@pytest.mark.usefixtures("anna")
async def test_login_that_was_right_is_not_held_up_by_others_for_five_minutes(
    reception: Reception, hands: Hands
) -> None:
    await reception.by_login("anna", "correct horse")
    hands.wind(299)
    await fail(reception, 5)
    assert (await reception.by_login("anna", "correct horse")).login == "anna"
    hands.wind(1)
    with pytest.raises(Throttled):
        await reception.by_login("anna", "correct horse")


@pytest.mark.usefixtures("anna")
async def test_known_login_is_not_looked_up_for_every_measurement(
    reception: Reception, catalog: MemoryCatalog, hands: Hands
) -> None:
    await reception.by_login("anna", "correct horse")
    catalog.away = "The disk is away."
    hands.wind(0.999)
    assert (await reception.by_login("anna", "correct horse")).login == "anna"
    hands.wind(0.001)
    with pytest.raises(StorageAway):
        await reception.by_login("anna", "correct horse")


@pytest.mark.usefixtures("anna")
async def test_remembered_login_proves_nothing_with_another_password(reception: Reception) -> None:
    await reception.by_login("anna", "correct horse")
    for login, password in [
        ("anna", "correct hors"),
        ("anna", ""),
        ("anna c", "orrect horse"),
        ("ann", "a correct"),
    ]:
        with pytest.raises(Unproven):
            await reception.by_login(login, password)


async def test_new_password_counts_at_once(reception: Reception, anna: User) -> None:
    await reception.by_login("anna", "correct horse")
    await reception.set_password(anna.id, "battery staple", by="anna")
    with pytest.raises(Unproven):
        await reception.by_login("anna", "correct horse")
    assert (await reception.by_login("anna", "battery staple")).login == "anna"


async def test_what_another_process_changed_counts_within_a_second(
    reception: Reception, anna: User, catalog: MemoryCatalog, hands: Hands
) -> None:
    changed = User(
        id=anna.id, login="anna", name="A.", role=UserRole.VIEWER, password_hash=anna.password_hash
    )
    assert (await reception.by_login("anna", "correct horse")).role is UserRole.BREWER
    await catalog.keep_user(changed, ENTRY)
    hands.wind(1)
    assert (await reception.by_login("anna", "correct horse")).role is UserRole.VIEWER
    await catalog.keep_user(User(id=anna.id, login="anna", name="A.", role=UserRole.VIEWER), ENTRY)
    hands.wind(1)
    with pytest.raises(Unproven):
        await reception.by_login("anna", "correct horse")


def test_simulated_time_stands_still_while_a_password_is_checked(secret: Callable[[], str]) -> None:
    async def sign_in() -> float:
        loop = asyncio.get_running_loop()
        reception = Reception(MemoryCatalog(), Clock(0, loop.time), secret)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(anyio.sleep, 1000)
            await reception.add_user("anna", "", UserRole.VIEWER, "correct horse", by="set-up")
            await reception.sign_in("anna", "correct horse")
            then = loop.time()
            tasks.cancel_scope.cancel()
        reception.close()
        return then

    with asyncio.Runner(loop_factory=jumping) as runner:
        assert runner.run(sign_in()) == 0.0
