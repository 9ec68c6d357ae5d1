from collections.abc import Callable
from contextlib import suppress

import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import NotFound, StorageAway, Unproven
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, Session, User, UserRole, at_least
from krausen.ports.clock import Clock
from krausen.server.people import Reception
from krausen.server.people.digests import digest
from krausen.testing.catalog import MemoryCatalog
from tests.unit.server.people.conftest import NOON_MS, Hands

pytestmark = pytest.mark.anyio

DAY_S = 86_400.0


class TestCookies:
    @pytest.fixture
    async def cookie(self, reception: Reception, anna: User) -> str:
        return (await reception.sign_in(anna.login, "correct horse"))[0]

    async def test_each_sign_in_has_a_cookie_of_its_own(self, reception: Reception, cookie: str) -> None:
        other, _ = await reception.sign_in("anna", "correct horse")
        assert other != cookie
        await reception.sign_out(cookie)
        assert (await reception.by_cookie(other)).login == "anna"
        with pytest.raises(Unproven):
            await reception.by_cookie(cookie)
        await reception.sign_out(cookie)

    @pytest.mark.parametrize("wrong", ["", "secret", "\ud800", "krs_1"])
    @pytest.mark.usefixtures("cookie")
    async def test_cookie_that_was_never_given_is_refused(self, reception: Reception, wrong: str) -> None:
        with pytest.raises(Unproven, match="sign in"):
            await reception.by_cookie(wrong)

    async def test_digest_of_a_cookie_is_no_cookie(self, reception: Reception, cookie: str) -> None:
        with pytest.raises(Unproven):
            await reception.by_cookie(digest(cookie))

    async def test_cookie_lasts_thirty_days_after_its_last_use(
        self, reception: Reception, cookie: str, hands: Hands
    ) -> None:
        for _ in range(3):
            hands.wind(30 * DAY_S)
            assert (await reception.by_cookie(cookie)).login == "anna"
        hands.wind(30 * DAY_S + 1)
        with pytest.raises(Unproven):
            await reception.by_cookie(cookie)

    async def test_use_is_noted_at_most_once_an_hour(
        self, reception: Reception, cookie: str, hands: Hands, catalog: MemoryCatalog
    ) -> None:
        noted = []
        for _ in range(6):
            hands.wind(1500)
            await reception.by_cookie(cookie)
            session = await catalog.session(digest(cookie))
            assert session is not None
            assert session.created_at == NOON_MS
            noted.append((session.seen_at - NOON_MS) // 1000)
        assert noted == [0, 0, 4500, 4500, 4500, 9000]

    async def test_role_is_the_present_one(
        self, reception: Reception, cookie: str, anna: User, catalog: MemoryCatalog
    ) -> None:
        admin = User(id=anna.id, login="anna", name="Anna", role=UserRole.ADMIN)
        await catalog.keep_user(admin, JournalEntry(at=0, by="", what="user", id=anna.id, action="updated"))
        assert (await reception.by_cookie(cookie)).role is UserRole.ADMIN

    async def test_cookie_of_a_person_who_is_gone_is_refused(
        self, reception: Reception, catalog: MemoryCatalog
    ) -> None:
        await catalog.keep_session(
            Session(digest=digest("c"), user="u-gone", created_at=NOON_MS, seen_at=NOON_MS)
        )
        with pytest.raises(Unproven):
            await reception.by_cookie("c")

    @pytest.mark.parametrize("turns", range(8))
    async def test_noting_a_use_never_brings_a_signed_out_browser_back(
        self, reception: Reception, cookie: str, hands: Hands, catalog: MemoryCatalog, turns: int
    ) -> None:
        async def use() -> None:
            with suppress(Unproven):
                await reception.by_cookie(cookie)

        hands.wind(DAY_S)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(use)
            for _ in range(turns):
                await checkpoint()
            await reception.sign_out(cookie)
        assert await catalog.session(digest(cookie)) is None

    async def test_people_may_look_while_the_disk_is_full(
        self, clock: Clock, secret: Callable[[], str], hands: Hands
    ) -> None:
        class FullDisk(MemoryCatalog):
            full = False

            async def keep_session(self, session: Session) -> None:
                if self.full:
                    raise StorageAway("The disk is full.")
                await super().keep_session(session)

        catalog = FullDisk()
        reception = Reception(catalog, clock, secret)
        user = await reception.add_user("anna", "", UserRole.VIEWER, None, by="set-up")
        cookie, _ = await reception.sign_in_with_key(reception.issue_key(user.id))
        catalog.full = True
        hands.wind(DAY_S)
        assert (await reception.by_cookie(cookie)).login == "anna"
        with pytest.raises(StorageAway):
            await reception.sign_in_with_key(reception.issue_key(user.id))
        reception.close()

    async def test_cookies_that_ended_are_forgotten_when_somebody_signs_in(
        self, reception: Reception, cookie: str, hands: Hands, catalog: MemoryCatalog
    ) -> None:
        hands.wind(30 * DAY_S)
        await reception.sign_in("anna", "correct horse")
        assert await catalog.session(digest(cookie)) is not None
        hands.wind(3601)
        await reception.sign_in("anna", "correct horse")
        assert await catalog.session(digest(cookie)) is None


class TestKeys:
    async def test_key_signs_in_once(self, reception: Reception, anna: User) -> None:
        key = reception.issue_key(anna.id)
        cookie, caller = await reception.sign_in_with_key(key)
        assert caller.id == anna.id
        assert await reception.by_cookie(cookie) == caller
        with pytest.raises(Unproven, match="ask for a new one"):
            await reception.sign_in_with_key(key)

    async def test_key_is_for_one_of_two_who_try_it_at_the_same_time(
        self, reception: Reception, anna: User
    ) -> None:
        key, signed_in = reception.issue_key(anna.id), []

        async def try_key() -> None:
            with suppress(Unproven):
                signed_in.append(await reception.sign_in_with_key(key))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(try_key)
            tasks.start_soon(try_key)
        assert len(signed_in) == 1

    async def test_key_is_good_for_ten_minutes(self, reception: Reception, anna: User, hands: Hands) -> None:
        first, second = reception.issue_key(anna.id), reception.issue_key(anna.id)
        hands.wind(599)
        await reception.sign_in_with_key(first)
        hands.wind(1)
        with pytest.raises(Unproven):
            await reception.sign_in_with_key(second)

    @pytest.mark.parametrize("key", ["", "demo", "secret", "\ud800"])
    @pytest.mark.usefixtures("anna")
    async def test_key_that_was_never_issued_is_refused(self, reception: Reception, key: str) -> None:
        with pytest.raises(Unproven):
            await reception.sign_in_with_key(key)

    async def test_key_of_a_person_who_is_gone_is_refused(self, reception: Reception) -> None:
        with pytest.raises(Unproven):
            await reception.sign_in_with_key(reception.issue_key("u-gone"))

    async def test_demo_key_signs_in_again_and_again_where_there_is_a_demo(
        self, catalog: MemoryCatalog, clock: Clock, secret: Callable[[], str], anna: User
    ) -> None:
        demo = Reception(catalog, clock, secret, demo_user=anna.id)
        for _ in range(2):
            cookie, _ = await demo.sign_in_with_key("demo")
            assert (await demo.by_cookie(cookie)).login == "anna"
        demo.close()


class TestTokens:
    async def test_token_is_known_by_its_text_alone(self, reception: Reception) -> None:
        token, text = await reception.new_token(
            "kettle", UserRole.SENDER, ["kettle", "pump"], None, by="anna"
        )
        assert text.startswith("krs_")
        caller = await reception.by_token(text)
        expected = Caller(
            id=token.id,
            login=token.id,
            name="kettle",
            role=UserRole.SENDER,
            adapters=("kettle", "pump"),
            is_person=False,
        )
        assert caller == expected
        assert await reception.by_token(text) == expected
        for wrong in ["", text[:-1], text + " ", token.id, token.digest, "\ud800"]:
            with pytest.raises(Unproven, match="make a new one"):
                await reception.by_token(wrong)

    async def test_token_ends_at_its_time_to_the_millisecond(
        self, reception: Reception, hands: Hands
    ) -> None:
        _, text = await reception.new_token("t", UserRole.VIEWER, ["*"], NOON_MS + 1500, by="anna")
        hands.wind(1.4)
        assert (await reception.by_token(text)).name == "t"
        hands.wind(0.099)
        assert (await reception.by_token(text)).name == "t"
        hands.wind(0.001)
        with pytest.raises(Unproven):
            await reception.by_token(text)

    async def test_revoked_token_is_refused_at_once(
        self, reception: Reception, catalog: MemoryCatalog
    ) -> None:
        token, text = await reception.new_token("t", UserRole.AGENT, ["pi"], None, by="anna")
        await reception.by_token(text)
        await reception.revoke(token.id, by="bo")
        with pytest.raises(Unproven):
            await reception.by_token(text)
        with pytest.raises(NotFound, match=token.id):
            await reception.revoke(token.id, by="bo")
        revoked, created = await catalog.journal(5)
        assert (created.by, created.what, created.id, created.action) == (
            "anna",
            "token",
            token.id,
            "created",
        )
        assert (revoked.by, revoked.what, revoked.id, revoked.action) == ("bo", "token", token.id, "deleted")

    async def test_token_that_another_process_revoked_is_refused_within_a_second(
        self, reception: Reception, catalog: MemoryCatalog, hands: Hands
    ) -> None:
        token, text = await reception.new_token("t", UserRole.AGENT, ["pi"], None, by="anna")
        await reception.by_token(text)
        await catalog.remove_token(
            token.id, JournalEntry(at=0, by="", what="token", id=token.id, action="deleted")
        )
        hands.wind(1)
        with pytest.raises(Unproven):
            await reception.by_token(text)

    async def test_known_token_is_not_looked_up_for_every_measurement(
        self, reception: Reception, catalog: MemoryCatalog, hands: Hands
    ) -> None:
        _, text = await reception.new_token("t", UserRole.SENDER, ["*"], None, by="anna")
        await reception.by_token(text)
        catalog.away = "The disk is away."
        hands.wind(0.999)
        assert (await reception.by_token(text)).name == "t"
        hands.wind(0.001)
        with pytest.raises(StorageAway):
            await reception.by_token(text)


@pytest.mark.parametrize(
    ("role", "writes"),
    [("viewer", False), ("brewer", True), ("admin", True), ("agent", True), ("sender", True)],
)
async def test_all_but_viewers_write_to_the_adapters_they_list(
    reception: Reception, role: UserRole, writes: bool
) -> None:
    _, text = await reception.new_token("t", UserRole(role), ["kettle"], None, by="anna")
    caller = await reception.by_token(text)
    assert caller.may_write("kettle") == writes
    assert not caller.may_write("pump")


async def test_persons_but_viewers_write_to_every_adapter(reception: Reception) -> None:
    for role, writes in [(UserRole.VIEWER, False), (UserRole.BREWER, True), (UserRole.ADMIN, True)]:
        user = await reception.add_user(role.value, "", role, None, by="set-up")
        _, caller = await reception.sign_in_with_key(reception.issue_key(user.id))
        assert caller.may_write("kettle") == writes


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("viewer", {"viewer"}),
        ("brewer", {"viewer", "brewer"}),
        ("admin", {"viewer", "brewer", "admin"}),
        ("agent", {"agent"}),
        ("sender", {"sender"}),
    ],
)
def test_role_reaches_over_lesser_persons_and_programs_stay_by_themselves(role: str, may: set[str]) -> None:
    caller = Caller(id="x", login="x", name="x", role=UserRole(role))
    assert {other.value for other in UserRole if at_least(caller, other)} == may


@given(st.text(min_size=1), st.text(min_size=1))
def test_digest_tells_secrets_apart_and_gives_none_away(one: str, other: str) -> None:
    assert (digest(one) == digest(other)) == (one == other)
    assert len(digest(one)) == 64
    assert set(digest(one)) <= set("0123456789abcdef")
    assert digest(digest(one)) != digest(one)


async def test_catalog_holds_no_secret(
    reception: Reception, catalog: MemoryCatalog, anna: User, secret: Callable[[], str]
) -> None:
    cookie, _ = await reception.sign_in("anna", "correct horse")
    _, text = await reception.new_token("t", UserRole.SENDER, ["*"], None, by="anna")
    key = reception.issue_key(anna.id)
    other, _ = await reception.sign_in_with_key(key)
    await reception.set_password(anna.id, "battery staple", by="anna")
    sessions = [await catalog.session(digest(each)) for each in (cookie, other)]
    kept = repr([await catalog.users(), await catalog.tokens(), await catalog.journal(100), *sessions])
    assert "anna" in kept
    for each in [cookie, other, text, key, "correct horse", "battery staple", "secret-"]:
        assert each not in kept
    assert secret().startswith("secret-")


class TestClockThatIsSet:
    """Timers go by the steady clock; only what lasts for days goes by the calendar."""

    async def test_a_clock_set_back_makes_no_key_last_longer(
        self, reception: Reception, anna: User, clock: Clock, hands: Hands
    ) -> None:
        key = reception.issue_key(anna.id)
        clock.follow(clock.now() - 3_600_000)
        hands.wind(600)
        with pytest.raises(Unproven):
            await reception.sign_in_with_key(key)

    async def test_a_clock_set_back_keeps_no_revoked_token_alive(
        self, reception: Reception, catalog: MemoryCatalog, clock: Clock, hands: Hands
    ) -> None:
        token, text = await reception.new_token("t", UserRole.VIEWER, ["*"], None, by="anna")
        await reception.by_token(text)
        clock.follow(clock.now() - 3_600_000)
        await catalog.remove_token(
            token.id, JournalEntry(at=0, by="", what="token", id=token.id, action="deleted")
        )
        hands.wind(1)
        with pytest.raises(Unproven):
            await reception.by_token(text)

    @pytest.mark.usefixtures("anna")
    async def test_a_session_lasts_by_the_calendar(self, reception: Reception, clock: Clock) -> None:
        cookie, _ = await reception.sign_in("anna", "correct horse")
        clock.follow(clock.now() + 31 * 86_400_000)
        with pytest.raises(Unproven):
            await reception.by_cookie(cookie)
