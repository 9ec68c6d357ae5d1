"""The same for people, adapters, settings and the journal."""

import pytest
from msgspec.structs import replace

from krausen.errors import NotFound, Stale
from krausen.model.journal import Which
from krausen.model.people import Session, Token, UserRole
from krausen.ports.catalog import (
    Adapter,
    Catalog,
    Dates,
    Kind,
    Metric,
    Node,
    Policy,
    Setting,
)
from tests.ports.arranged import ANNA, BREW, BROWSER, FIRST, FREEZER, TOKEN, WARMER, entry

pytestmark = pytest.mark.anyio


class TestPeople:
    async def test_person_is_found_by_id_and_login(self, catalog: Catalog) -> None:
        assert await catalog.user("u-1") is None
        assert await catalog.user_by_login("anna") is None
        await catalog.keep_user(ANNA, entry())
        assert await catalog.user("u-1") == ANNA
        assert await catalog.user_by_login("anna") == ANNA
        assert await catalog.user_by_login("Anna") is None

    async def test_person_is_replaced(self, catalog: Catalog) -> None:
        await catalog.keep_user(ANNA, entry())
        later = replace(ANNA, login="anna2", role=UserRole.ADMIN, password_hash=None, revision=2)
        await catalog.keep_user(later, entry())
        assert await catalog.users() == [later]
        assert await catalog.user_by_login("anna") is None

    async def test_persons_come_ordered_by_login(self, catalog: Catalog) -> None:
        for id, login in [("1", "zoë"), ("2", "Bo"), ("3", "åse"), ("4", "anna")]:
            await catalog.keep_user(replace(ANNA, id=id, login=login), entry())
        assert [user.login for user in await catalog.users()] == ["Bo", "anna", "zoë", "åse"]

    async def test_login_of_somebody_else_is_refused(self, catalog: Catalog) -> None:
        bo = replace(ANNA, id="u-2", login="bo")
        await catalog.keep_user(ANNA, entry())
        await catalog.keep_user(bo, entry())
        with pytest.raises(Stale, match="anna"):
            await catalog.keep_user(replace(ANNA, id="u-3"), entry())
        with pytest.raises(Stale, match="anna"):
            await catalog.keep_user(replace(bo, login="anna"), entry())
        assert await catalog.users() == [ANNA, bo]
        assert len(await catalog.journal(10)) == 2

    async def test_own_settings_of_a_person_go_with_them(self, catalog: Catalog) -> None:
        await catalog.keep_user(ANNA, entry())
        kept = ["user.u-1", "user.u-10.unit", "user.u_1.unit", "USER.u-1.unit", "x.user.u-1.unit"]
        for key in [*kept, "user.u-1.unit", "user.u-1.theme.night"]:
            await catalog.keep_setting(key, 1, entry())
        await catalog.remove_user("u-1", entry())
        assert [setting.key for setting in await catalog.settings()] == sorted(kept)
        assert set(await catalog.dates(Kind.SETTING)) == set(kept)

    async def test_all_browsers_are_given(self, catalog: Catalog) -> None:
        assert await catalog.sessions() == []
        others = [replace(BROWSER, digest=digest) for digest in ("z", "a")]
        for session in others:
            await catalog.keep_session(session)
        assert await catalog.sessions() == others[::-1]

    async def test_person_who_changed_since_is_not_replaced(self, catalog: Catalog) -> None:
        with pytest.raises(Stale, match="not there"):
            await catalog.keep_user(ANNA, entry(), seen=1)
        await catalog.keep_user(ANNA, entry(5))
        await catalog.keep_user(replace(ANNA, revision=2), entry(6), seen=1)
        with pytest.raises(Stale, match="revision 2, not 1"):
            await catalog.keep_user(replace(ANNA, name="Bo", revision=2), entry(7), seen=1)
        assert await catalog.users() == [replace(ANNA, revision=2)]
        assert await catalog.dates(Kind.USER) == {"u-1": Dates(5, 6)}

    async def test_removed_person_is_signed_out(self, catalog: Catalog) -> None:
        await catalog.keep_user(ANNA, entry())
        await catalog.keep_session(BROWSER)
        await catalog.keep_session(replace(BROWSER, digest="c2", user="u-2"))
        with pytest.raises(Stale):
            await catalog.remove_user("u-1", entry(), seen=2)
        assert await catalog.session("c1") == BROWSER
        await catalog.remove_user("u-1", entry(), seen=1)
        assert (await catalog.user("u-1"), await catalog.session("c1")) == (None, None)
        assert await catalog.session("c2") is not None
        assert await catalog.dates(Kind.USER) == {}
        with pytest.raises(NotFound, match="u-1"):
            await catalog.remove_user("u-1", entry())
        assert len(await catalog.journal(10)) == 2

    async def test_all_browsers_of_a_person_or_of_long_ago_are_signed_out(self, catalog: Catalog) -> None:
        for digest, user, seen_at in [("a", "u-1", 5), ("b", "u-1", 9), ("c", "u-2", 5), ("d", "u-2", 9)]:
            await catalog.keep_session(Session(digest=digest, user=user, created_at=1, seen_at=seen_at))
        await catalog.remove_sessions("u-1")
        assert [bool(await catalog.session(each)) for each in "abcd"] == [False, False, True, True]
        await catalog.forget_sessions(9)
        assert [bool(await catalog.session(each)) for each in "abcd"] == [False, False, False, True]

    async def test_token_comes_and_goes(self, catalog: Catalog) -> None:
        await catalog.add_token(TOKEN, entry())
        forever = replace(TOKEN, id="t-0", digest="d0", adapters=("*",), expires_at=None, created_at=4)
        await catalog.add_token(forever, entry())
        assert await catalog.token_by_digest("d1") == TOKEN
        assert await catalog.token_by_digest("d9") is None
        assert await catalog.tokens() == [forever, TOKEN]
        await catalog.remove_token("t-1", entry())
        assert await catalog.token_by_digest("d1") is None
        assert await catalog.tokens() == [forever]
        with pytest.raises(NotFound, match="t-1"):
            await catalog.remove_token("t-1", entry())
        assert len(await catalog.journal(10)) == 3

    @pytest.mark.parametrize("twin", [replace(TOKEN, digest="d2"), replace(TOKEN, id="t-2")])
    async def test_token_is_never_replaced(self, catalog: Catalog, twin: Token) -> None:
        await catalog.add_token(TOKEN, entry())
        with pytest.raises(Stale):
            await catalog.add_token(twin, entry())
        assert await catalog.tokens() == [TOKEN]

    async def test_browser_signs_in_and_out(self, catalog: Catalog) -> None:
        assert await catalog.session("c1") is None
        await catalog.keep_session(BROWSER)
        await catalog.keep_session(replace(BROWSER, seen_at=50))
        assert await catalog.session("c1") == replace(BROWSER, seen_at=50)
        await catalog.remove_session("c1")
        await catalog.remove_session("c1")
        assert await catalog.session("c1") is None
        assert await catalog.journal(10) == []


class TestSettings:
    async def test_adapter_is_kept_and_replaced(self, catalog: Catalog) -> None:
        assert await catalog.adapter("kettle") is None
        await catalog.keep_adapter(Adapter(name="kettle", title="Kedel", zone="Europe/Copenhagen"), entry())
        await catalog.keep_adapter(Adapter(name="kettle", title="Kettle"), entry())
        assert await catalog.adapter("kettle") == Adapter(name="kettle", title="Kettle", revision=2)
        assert await catalog.adapters() == [Adapter(name="kettle", title="Kettle", revision=2)]

    async def test_adapter_comes_back_whole(self, catalog: Catalog) -> None:
        hall = Adapter(
            name="hall",
            policy=Policy.AGREED,
            nodes=(Node(name="mash", title="Mæsk", kind="kettle", agreed=False),),
            metrics=(Metric(name="t", unit="°C", min=-1.5, max=110.0),),
        )
        await catalog.keep_adapters([hall, Adapter(name="a")], [entry(5), entry(5)])
        assert await catalog.adapters() == [Adapter(name="a"), hall]
        assert await catalog.dates(Kind.ADAPTER) == {"a": Dates(5, 5), "hall": Dates(5, 5)}
        await catalog.keep_adapter(hall, entry(7), seen=1)
        assert (await catalog.dates(Kind.ADAPTER))["hall"] == Dates(5, 7)
        with pytest.raises(Stale, match="revision 2, not 1"):
            await catalog.keep_adapter(hall, entry(), seen=1)
        assert len(await catalog.journal(10)) == 3

    async def test_settings_are_listed_changed_and_removed(self, catalog: Catalog) -> None:
        await catalog.keep_settings({"b": [1], "a": None}, [entry(5), entry(5)])
        await catalog.keep_setting("b", 2, entry(6), seen=1)
        assert await catalog.settings() == [
            Setting(key="a", value=None),
            Setting(key="b", value=2, revision=2),
        ]
        assert await catalog.dates(Kind.SETTING) == {"a": Dates(5, 5), "b": Dates(5, 6)}
        with pytest.raises(Stale, match="revision 2"):
            await catalog.remove_setting("b", entry(), seen=1)
        await catalog.remove_setting("b", entry(7), seen=2)
        assert await catalog.setting("b") is None
        with pytest.raises(NotFound, match="b"):
            await catalog.remove_setting("b", entry())
        with pytest.raises(Stale, match="not there"):
            await catalog.keep_setting("b", 3, entry(), seen=2)
        await catalog.keep_setting("b", 3, entry(8), seen=0)
        assert len(await catalog.journal(10)) == 5

    @pytest.mark.parametrize(
        "value", [None, True, 0, 2**60, 0.1, "Ærø", "", [1, [None]], {"a": {"b": [1.5]}}, {}]
    )
    async def test_setting_is_anything_json_can_say(self, catalog: Catalog, value: object) -> None:
        await catalog.keep_setting("ui.x", "former", entry())
        await catalog.keep_setting("ui.x", value, entry())
        kept = await catalog.setting("ui.x")
        assert kept == value
        assert type(kept) is type(value)

    async def test_kept_setting_is_nobodys_to_change(self, catalog: Catalog) -> None:
        value = {"pins": [1, 2]}
        await catalog.keep_setting("ui.x", value, entry())
        value["pins"].append(3)
        kept = await catalog.setting("ui.x")
        assert kept == {"pins": [1, 2]}
        assert isinstance(kept, dict)
        kept.clear()
        assert await catalog.setting("ui.x") == {"pins": [1, 2]}

    async def test_setting_that_was_never_kept_is_none(self, catalog: Catalog) -> None:
        assert await catalog.setting("ui.never") is None

    async def test_journal_gives_the_newest_first(self, catalog: Catalog) -> None:
        entries = [entry(at) for at in (5, 7, 6, 6)]
        for each in entries:
            await catalog.keep_setting("k", 1, each)
        assert await catalog.journal(10) == entries[::-1]
        assert await catalog.journal(2) == entries[:1:-1]
        assert await catalog.journal(0) == []

    async def test_journal_is_numbered_from_its_beginning(self, catalog: Catalog) -> None:
        assert await catalog.journal_length() == 0
        entries = [entry(at) for at in range(5)]
        for each in entries:
            await catalog.keep_setting("k", 1, each)
        assert await catalog.journal_length() == 5
        assert await catalog.journal(10, before=4) == entries[2::-1]
        assert await catalog.journal(2, before=6) == entries[:2:-1]
        assert await catalog.journal(10, before=1) == []

    async def test_change_that_is_refused_is_not_in_the_journal_and_takes_no_number(
        self, catalog: Catalog
    ) -> None:
        await catalog.keep_setting("k", 1, entry())
        with pytest.raises(Stale):
            await catalog.keep_setting("k", 1, entry(), seen=7)
        await catalog.keep_setting("k", 2, entry())
        assert await catalog.journal_length() == 2

    async def test_every_change_is_in_the_journal(self, catalog: Catalog) -> None:
        lines = [entry(at, what="thing", id=f"x-{at}", action="created") for at in range(7)]
        await catalog.add_vessel(FREEZER, FIRST, lines[0])
        await catalog.request("freezer20", WARMER, lines[1])
        await catalog.keep_batch(BREW, [], lines[2])
        await catalog.keep_user(ANNA, lines[3])
        await catalog.add_token(TOKEN, lines[4])
        await catalog.remove_token("t-1", lines[5])
        await catalog.keep_adapter(Adapter(name="a"), lines[6])
        assert await catalog.journal(10) == lines[::-1]

    async def test_journal_gives_what_is_asked_for_with_its_numbers(self, catalog: Catalog) -> None:
        lines = [
            replace(entry(1, what="vessel", id="v"), by="Anna"),
            replace(entry(2, what="vessel", id="w"), by="Bo"),
            replace(entry(3, what="batch", id="v"), by="Anna"),
            replace(entry(4, what="vessel", id="v"), by="anna"),
        ]
        for each in lines:
            await catalog.keep_setting("k", 1, each)

        async def numbers(which: Which, limit: int = 9, before: int | None = None) -> list[int]:
            found = await catalog.numbered(limit, before=before, which=which)
            assert [line for _, line in found] == [lines[n - 1] for n, _ in found]
            return [n for n, _ in found]

        assert await numbers(Which()) == [4, 3, 2, 1]
        assert await numbers(Which(by=("Anna",))) == [3, 1]
        assert await numbers(Which(by=("Anna", "anna"))) == [4, 3, 1]
        assert await numbers(Which(by=("Anna", "anna")), limit=2) == [4, 3]
        assert await numbers(Which(by=("Anna", "anna")), before=3) == [1]
        assert await numbers(Which(what="vessel", id="v")) == [4, 1]
        assert await numbers(Which(start=2, end=4)) == [3, 2]
        assert await numbers(Which(by=("nobody",))) == []
