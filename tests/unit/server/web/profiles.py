"""Profiles to test the calls with, and how to call."""

from typing import Any

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import Brewery

HOUR_MS = 3_600_000
ALE: dict[str, Any] = {
    "name": "Pale ale",
    "steps": [
        {"kind": "hold", "temperature": 18, "hours": 72, "title": "Main"},
        {"kind": "ramp", "temperature": 21, "hours": 48},
        {"kind": "hold", "temperature": 21},
    ],
    "events": [{"hours": 96, "text": "Dry hop"}],
}


async def ask(
    brewery: Brewery,
    method: str,
    path: str,
    body: object = None,
    *,
    status: int = 200,
    seen: int | None = None,
) -> Any:
    """Give what a call answers, which must have a status."""
    headers = {} if seen is None else {"if-match": f'"{seen}"'}
    async with brewery.caller(UserRole.BREWER, **headers) as client:
        answer = await client.request(method, f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    is_json = answer.headers.get("content-type", "").partition(";")[0].endswith("json")
    return answer.json() if answer.content and is_json else answer.text
