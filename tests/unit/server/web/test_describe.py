import json
import re
from typing import Any

import pytest

from krausen.server.export_forms import MEDIA_TYPES
from krausen.server.web.browse import body_of
from krausen.server.web.describe import description
from tests.unit.server.web.brewery import Brewery
from tools.openapi import REFERENCE, SNAPSHOT, reference, snapshot

pytestmark = pytest.mark.anyio

FILES = {*MEDIA_TYPES.values(), "text/plain", "application/json"}
CALLS = [(path, *call) for path, item in description()["paths"].items() for call in item.items()]
IDS = [f"{method} {path}" for path, method, _ in CALLS]


async def test_description_is_served_to_all(brewery: Brewery) -> None:
    async with brewery.caller() as client:
        answer = await client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == description()
    assert answer.json()["openapi"].startswith("3.1")


def test_what_is_kept_of_the_description_is_current() -> None:
    """When it is not: `python -m tools.openapi`."""
    assert SNAPSHOT.read_text(encoding="utf-8") == snapshot()
    page = REFERENCE.read_text(encoding="utf-8")
    assert reference(page) == page
    assert "`PUT /vessels/{id}/setpoint`" in page


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    text = json.dumps(description())
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) == set(
        description()["components"]["schemas"]
    )


@pytest.mark.parametrize(("path", "method", "call"), CALLS, ids=IDS)
def test_every_call_says_what_it_does_and_how_it_can_fail(
    path: str, method: str, call: dict[str, Any]
) -> None:
    assert call["summary"]
    assert call["description"].endswith((".", ")"))
    assert call["operationId"].isidentifier()
    for status, answer in call["responses"].items():
        kinds = set(answer.get("content", {}))
        right = FILES if path.endswith("/export") else {"application/json"}
        assert kinds <= (right if status < "300" else {"application/problem+json"})
    assert {"400"} <= set(call["responses"])
    assert ("401" in call["responses"]) == bool(call["security"]) or path.endswith("/session")
    assert ("404" in call["responses"]) or "{" not in path
    assert ("413" in call["responses"]) == ("requestBody" in call) == (method in {"post", "put", "patch"})


def test_ids_of_calls_are_unique() -> None:
    ids = [call["operationId"] for _, _, call in CALLS]
    assert len(set(ids)) == len(ids)


def test_parameters_are_never_null() -> None:
    for _, _, call in CALLS:
        assert "null" not in json.dumps(call.get("parameters", []))


async def test_calls_can_be_browsed_without_scripts(brewery: Brewery) -> None:
    async with brewery.caller() as client:
        answer = await client.get("/api")
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script" not in answer.text
    assert not re.search(r"(src|href)=\"(https?:)?//", answer.text)
    for path, _, call in CALLS:
        assert f"<code>{path}</code>" in answer.text
        assert call["summary"] in answer.text
    for name in description()["components"]["schemas"]:
        assert f'id="{name}"' in answer.text


def test_browsed_page_escapes_what_it_shows() -> None:
    described = {
        "info": {"description": "a <b> `c&d`"},
        "paths": {"/<p>": {"get": {"tags": ["t"], "summary": "<s>", "security": [], "responses": {}}}},
        "components": {"schemas": {"S": {"enum": ["<e>"]}}},
    }
    html = "\n".join(body_of(described))
    assert "<p>a &lt;b&gt; <code>c&amp;d</code></p>" in html
    assert "<code>/&lt;p&gt;</code>" in html
    assert "&lt;s&gt;" in html
    assert "<code>&lt;e&gt;</code>" in html
