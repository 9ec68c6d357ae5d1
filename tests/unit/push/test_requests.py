from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError, convert

from krausen.push.requests import Address, Key, proof


@given(st.text(min_size=1), st.text())
def test_a_login_is_told_as_basic_in_utf_8(login: str, password: str) -> None:
    kind, _, pair = proof("", login, password)["Authorization"].partition(" ")
    assert kind == "Basic"
    assert b64decode(pair).decode() == f"{login}:{password}"


def test_a_token_goes_before_a_login() -> None:
    assert proof("abc", "me", "pw") == {"Authorization": "Bearer abc"}
    assert proof("abc", "", "", scheme="Token") == {"Authorization": "Token abc"}


def test_who_has_neither_proves_nothing() -> None:
    assert proof("", "", "forgotten") == {}


@pytest.mark.parametrize("address", ["http://a", "https://a.example:8443/b?c=d"])
def test_an_address_is_one_of_the_web(address: str) -> None:
    assert convert(address, Address) == address


@pytest.mark.parametrize(
    "address", ["", "a.example", "ftp://a", "http:///a", "http://a b", f"http://{'a' * 500}"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        convert(address, Address)


@pytest.mark.parametrize("key", ["a key", "a\nkey", "k" * 101])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        convert(key, Key)
