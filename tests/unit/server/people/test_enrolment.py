import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Invalid, NotFound, Stale
from krausen.model.people import User, UserRole
from krausen.server.people import Reception
from krausen.server.people.fitness import is_login
from krausen.testing.catalog import MemoryCatalog
from tests.unit.server.people.conftest import NOON_MS

pytestmark = pytest.mark.anyio


async def test_person_is_kept_with_a_journal_entry(reception: Reception, catalog: MemoryCatalog) -> None:
    user = await reception.add_user("anna", "Anna Ø.", UserRole.BREWER, "12345678", by="mikkel")
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", user.id)
    assert (user.login, user.name, user.role, user.revision) == ("anna", "Anna Ø.", UserRole.BREWER, 1)
    assert await catalog.users() == [user]
    (entry,) = await catalog.journal(10)
    assert (entry.at, entry.by, entry.what, entry.id, entry.action) == (
        NOON_MS,
        "mikkel",
        "user",
        user.id,
        "created",
    )


async def test_person_without_name_is_called_by_the_login(reception: Reception) -> None:
    assert (await reception.add_user("anna", "", UserRole.VIEWER, None, by="mikkel")).name == "anna"


@pytest.mark.parametrize("login", ["", "a b", "a:b", "a\n", "a\u00a0b", "x" * 65, "\ud800"])
async def test_unfit_login_is_named(reception: Reception, catalog: MemoryCatalog, login: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await reception.add_user(login, "", UserRole.VIEWER, None, by="mikkel")
    assert [fault.where for fault in refusal.value.faults] == ["/login"]
    assert await catalog.users() == []


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1001])
async def test_unfit_password_is_named(reception: Reception, anna: User, password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await reception.add_user("bo", "", UserRole.VIEWER, password, by="mikkel")
    assert [fault.where for fault in refusal.value.faults] == ["/password"]
    with pytest.raises(Invalid) as refusal:
        await reception.set_password(anna.id, password, by="mikkel")
    assert [fault.where for fault in refusal.value.faults] == ["/password"]


async def test_every_bad_field_is_named(reception: Reception) -> None:
    with pytest.raises(Invalid) as refusal:
        await reception.add_user("a b", "x" * 129, UserRole.SENDER, "short", by="mikkel")
    assert [fault.where for fault in refusal.value.faults] == ["/login", "/name", "/role", "/password"]
    assert all(fault.message.endswith(".") for fault in refusal.value.faults)


async def test_taken_login_is_stale(reception: Reception, anna: User, catalog: MemoryCatalog) -> None:
    with pytest.raises(Stale, match="anna"):
        await reception.add_user("anna", "Another", UserRole.VIEWER, None, by="mikkel")
    assert await catalog.users() == [anna]


async def test_new_password_replaces_the_old_and_is_not_in_the_journal(
    reception: Reception, anna: User, catalog: MemoryCatalog
) -> None:
    changed = await reception.set_password(anna.id, "battery staple", by="mikkel")
    assert changed.revision == 2
    assert changed.password_hash != anna.password_hash
    assert await catalog.user(anna.id) == changed
    entry = (await catalog.journal(1))[0]
    assert (entry.by, entry.id, entry.action, entry.detail) == ("mikkel", anna.id, "updated", "password")


async def test_nobody_gets_no_password(reception: Reception) -> None:
    with pytest.raises(NotFound, match="u-gone"):
        await reception.set_password("u-gone", "12345678", by="mikkel")


async def test_token_is_kept_with_what_it_may_do(reception: Reception, catalog: MemoryCatalog) -> None:
    token, _ = await reception.new_token("kettle", UserRole.SENDER, ["k"], NOON_MS + 1, by="mikkel")
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", token.id)
    assert (token.title, token.role, token.adapters) == ("kettle", UserRole.SENDER, ("k",))
    assert (token.created_at, token.expires_at) == (NOON_MS, NOON_MS + 1)
    assert await catalog.tokens() == [token]


async def test_every_bad_field_of_a_token_is_named(reception: Reception, catalog: MemoryCatalog) -> None:
    with pytest.raises(Invalid) as refusal:
        await reception.new_token("", UserRole.SENDER, ["ok", "", "x" * 129], NOON_MS, by="mikkel")
    wheres = [fault.where for fault in refusal.value.faults]
    assert wheres == ["/title", "/adapters/1", "/adapters/2", "/expires_at"]
    with pytest.raises(Invalid) as refusal:
        await reception.new_token("t", UserRole.SENDER, [], None, by="mikkel")
    assert [fault.where for fault in refusal.value.faults] == ["/adapters"]
    assert await catalog.tokens() == []


@given(st.text(max_size=70))
def test_login_has_no_space_and_fits_in_a_line(text: str) -> None:
    fit = 1 <= len(text) <= 64 and text.isprintable() and " " not in text and ":" not in text
    assert is_login(text) == fit


@given(st.text(st.characters(categories=["L", "N", "P"], exclude_characters=":"), min_size=1, max_size=64))
def test_letters_digits_and_signs_of_every_script_make_a_login(text: str) -> None:
    assert is_login(text)
