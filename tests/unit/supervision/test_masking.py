import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.supervision.masking import HIDDEN, hide_secrets, without_secrets


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "password",
        "api_key",
        "apikey",
        "Authorization",
        "cookie",
        "agent_token",
        "x-api-key",
        "secret",
    ],
)
def test_a_value_that_is_named_as_a_secret_is_hidden(name: str) -> None:
    assert hide_secrets(None, "", {"event": "said", name: "s3cret"}) == {"event": "said", name: HIDDEN}


def test_secrets_deep_inside_are_hidden_and_everything_else_stays() -> None:
    event = {"settings": {"url": "x", "password": "s3cret", "more": [{"token": "s3cret"}]}, "tokens_left": 3}
    assert hide_secrets(None, "", event) == {
        "settings": {"url": "x", "password": HIDDEN, "more": [{"token": HIDDEN}]},
        "tokens_left": 3,
    }


def test_that_there_is_no_secret_may_be_said() -> None:
    assert hide_secrets(None, "", {"token": "", "password": None}) == {"token": "", "password": None}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Authorization: Bearer abcdef123456", f"Authorization: Bearer {HIDDEN}"),
        ("basic YW5uYTpiZWVy was wrong", f"basic {HIDDEN} was wrong"),
        ("tcp://anna:hops@broker:1883/x", f"tcp://anna:{HIDDEN}@broker:1883/x"),
        ("GET /x?api_key=hops&y=1", f"GET /x?api_key={HIDDEN}&y=1"),
        ("http://h/#key=hops", f"http://h/#key={HIDDEN}"),
        ("{'password': 'hops', 'a': 1}", f"{{'password': '{HIDDEN}', 'a': 1}}"),
        ("krs_aB3-dE6_g is no token", f"krs_{HIDDEN} is no token"),
        ("The token is not for agent pi.", "The token is not for agent pi."),
        ("http://127.0.0.1:8080/a@b", "http://127.0.0.1:8080/a@b"),
    ],
)
def test_a_text_is_told_without_what_looks_like_a_secret(said: str, told: str) -> None:
    assert without_secrets(said) == told


@given(st.text(), st.text("abcXYZ019_-", min_size=20, max_size=43), st.text())
def test_no_token_of_ours_is_ever_told(before: str, secret: str, after: str) -> None:
    assert f"krs_{secret}" not in without_secrets(f"{before} krs_{secret} {after}")
