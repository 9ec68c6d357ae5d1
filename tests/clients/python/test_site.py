import ssl
from typing import Any

import pytest

from krausen_client import AsyncClient, Client, Options
from krausen_client.site import site_of

SECRET = "krs_secret"


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("proof", "said"),
    [
        ({}, "Give login= and password=, or token="),
        ({"login": "anna"}, "belong together"),
        ({"password": SECRET}, "belong together"),
        ({"login": "", "password": SECRET}, "neither may be empty"),
        ({"login": "anna", "password": ""}, "neither may be empty"),
        ({"token": ""}, "token= is empty"),
        ({"token": " "}, "token= is empty"),
        ({"token": f"{SECRET}\r\nx-evil: 1"}, "no token has"),
        ({"token": f"{SECRET} {SECRET}"}, "no token has"),
        ({"token": SECRET, "login": "anna", "password": SECRET}, "not both"),
        ({"token": SECRET, "password": SECRET}, "not both"),
        ({"login": "an:na", "password": SECRET}, "no colon"),
        ({"login": "anna", "password": f"{SECRET}\n"}, "control characters"),
    ],
)
def test_a_proof_that_cannot_be_is_refused_at_once_and_not_shown(
    kind: type[Client] | type[AsyncClient], proof: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        kind("http://brewery:8080", **proof)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "api", "live", "origin"),
    [
        (
            "http://brewery:8080",
            "http://brewery:8080/api/v1",
            "ws://brewery:8080/api/v1/live",
            "http://brewery:8080",
        ),
        (
            " https://brewery.example/cellar/ ",
            "https://brewery.example/cellar/api/v1",
            "wss://brewery.example/cellar/api/v1/live",
            "https://brewery.example",
        ),
        ("http://[::1]:80/", "http://[::1]:80/api/v1", "ws://[::1]:80/api/v1/live", "http://[::1]:80"),
    ],
)
def test_everything_is_found_from_one_address(url: str, api: str, live: str, origin: str) -> None:
    site = site_of(url, None, None, SECRET)
    assert (site.api, site.live, site.origin) == (api, live, origin)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "brewery:8080",
        "ftp://brewery",
        "http://",
        "http://brewery:0",
        "http://brewery:99999",
        "http://[::1",
        "http://brewery?x=1",
        "http://brewery#key=1",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Client(url, token=SECRET)


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(ValueError, match="hand them over") as caught:
        Client(f"http://anna:{SECRET}@brewery", token=SECRET)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("proof", [{"token": SECRET}, {"login": "anna", "password": SECRET}])
def test_what_proves_who_one_is_is_never_shown(proof: dict[str, Any]) -> None:
    client = Client("http://brewery", **proof)
    assert SECRET not in f"{client!r} {client.site!r} {client.calls.ask}"


@pytest.mark.parametrize(
    "wrong",
    [{"batch": 0}, {"batch": 10_001}, {"timeout_s": 0}, {"timeout_s": -1}, {"patience_s": -1}],
)
def test_options_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Options(**wrong)


def test_a_certificate_of_ones_own_can_be_trusted() -> None:
    context = ssl.create_default_context()
    assert Options(ssl_context=context).ssl_context is context
