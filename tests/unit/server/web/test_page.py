import gzip
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

from krausen.server.web.page import files_of
from krausen.server.web.policy import policy_of
from tests.unit.server.web.brewery import Brewery, furnished_brewery

pytestmark = pytest.mark.anyio

SCRIPT = "document.documentElement.dataset.theme = 'dark'"
INDEX = f'<!doctype html><script>{SCRIPT}</script><script type="module" src="/assets/main-1.js"></script>'
MAIN = "console.log('Krausen');" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "assets" / "main-1.js").write_text(MAIN)
    (tmp_path / "assets" / "tiny-1.css").write_text("a{}")
    (tmp_path / "icon.svg").write_text("<svg/>")
    return tmp_path


@pytest.fixture
async def built(folder: Path) -> AsyncIterator[Brewery]:
    async with furnished_brewery(files_of(folder)) as opened:
        yield opened


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/vessels/north", "/sign-in", "/apiary", "/vessels/x.y"]
)
async def test_every_address_but_the_calls_is_the_page(built: Brewery, path: str) -> None:
    async with built.caller() as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, INDEX)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/api/none", "/api/v1/none", "/api/v1", "/assets/old-0.js"])
async def test_what_is_missing_is_not_the_page(built: Brewery, path: str) -> None:
    async with built.caller() as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_parts_are_kept_for_ever_and_sent_compressed(built: Brewery) -> None:
    async with built.caller() as client:
        packed = await client.get("/assets/main-1.js", headers={"accept-encoding": "br, gzip"})
        plain = await client.get("/assets/main-1.js", headers={"accept-encoding": "identity"})
    assert packed.text == plain.text == MAIN
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(MAIN) == int(plain.headers["content-length"])
    for answer in (packed, plain):
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "accept-encoding"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_does_not_get_smaller_is_not_compressed(built: Brewery) -> None:
    async with built.caller() as client:
        answer = await client.get("/assets/tiny-1.css", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


async def test_other_files_are_asked_for_again_but_not_sent_again(built: Brewery) -> None:
    async with built.caller() as client:
        first = await client.get("/icon.svg")
        again = await client.get("/icon.svg", headers={"if-none-match": first.headers["etag"]})
        other = await client.get("/icon.svg", headers={"if-none-match": '"x"'})
    assert (first.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert first.headers["content-type"] == "image/svg+xml"
    assert again.content == b""


async def test_page_runs_only_its_own_scripts(built: Brewery) -> None:
    async with built.caller() as client:
        said = (await client.get("/")).headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in said.split("; "))
    digest = b64encode(sha256(SCRIPT.encode()).digest()).decode()
    assert rules["script-src"] == f"'self' 'sha256-{digest}'"
    assert rules["style-src"] == rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in said


def test_policy_allows_every_inline_script_and_style_that_is_there_and_no_other() -> None:
    inline = "<script>a</script><script>\nb\n</script><style>c</style>"
    html = f"{inline}<script src='x'>d</script><script async src=x></script>"
    allowed = [f"'sha256-{b64encode(sha256(text).digest()).decode()}'" for text in (b"a", b"\nb\n", b"c")]
    rules = dict(rule.split(" ", 1) for rule in policy_of(html).split("; "))
    assert rules["script-src"].split() == ["'self'", *allowed[:2]]
    assert rules["style-src"].split() == ["'self'", allowed[2]]


async def test_page_that_was_not_built_says_so_without_a_script(brewery: Brewery) -> None:
    brewery.site.status.wrong("page", "The page <is> missing.")
    async with brewery.caller() as client:
        answer = await client.get("/vessels/north")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "./run" in answer.text
    assert "The page &lt;is&gt; missing." in answer.text
    assert "<script" not in answer.text
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert "North" not in answer.text


def test_folder_without_a_page_has_no_files(tmp_path: Path) -> None:
    assert files_of(None) == files_of(tmp_path) == files_of(tmp_path / "none") == {}


def test_packed_files_are_the_same_files(folder: Path) -> None:
    for file in files_of(folder).values():
        assert file.packed is None or gzip.decompress(file.packed) == file.content
