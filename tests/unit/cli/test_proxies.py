"""`krausen server` behind a reverse proxy that speaks HTTPS to the outside."""

import re
from collections.abc import Mapping
from pathlib import Path

import httpx2
import pytest

from tests.unit.cli.running import running

PASSED_ON = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
ANNA = {"login": "anna", "password": "a long winter ale"}


@pytest.mark.parametrize(
    ("proxies", "believed"), [('["127.0.0.1"]', True), ('["10.0.0.0/8"]', False), ("[]", False)]
)
def test_only_a_proxy_that_is_named_is_believed(tmp_path: Path, proxies: str, *, believed: bool) -> None:
    (tmp_path / "krausen.toml").write_text(f"[server]\nproxies = {proxies}\n")
    with running(tmp_path / "said", "server", "--port", "0", "--data", str(tmp_path)) as server:
        found = re.search(r"(http://\S+?)/#setup=(\S+)", server.until_said("#setup="))
        assert found is not None
        url, code = found.groups()
        assert post(url, "/setup", ANNA | {"name": "Anna"}).status_code == 403
        assert post(url, "/setup", ANNA | {"name": "Anna", "code": code}).status_code == 201
        signed_in = post(url, "/session", ANNA)
    assert signed_in.status_code == 201
    assert ("secure" in signed_in.headers["set-cookie"].lower()) is believed


def post(url: str, path: str, body: Mapping[str, str]) -> httpx2.Response:
    """Ask as a proxy does that passes on what came to it."""
    return httpx2.post(f"{url}/api/v1{path}", json=dict(body), headers=PASSED_ON)
