"""Every route with every role. A route that is not in the table fails the test."""

import re

import pytest
from litestar.routes import HTTPRoute

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import Brewery, routes

pytestmark = pytest.mark.anyio

VIEWER, BREWER, ADMIN, AGENT, SENDER = UserRole
ALL = {None, *UserRole}
KNOWN = set(UserRole)
PEOPLE = {VIEWER, BREWER, ADMIN}

MAY = {
    "GET /": ALL,
    "GET /{path:path}": ALL,
    "GET /api": ALL,
    "GET /metrics": PEOPLE,
    "GET /api/v1/openapi.json": ALL,
    "GET /api/v1/health": ALL,
    "GET /api/v1/setup": ALL,
    "POST /api/v1/setup": ALL,
    "POST /api/v1/session": ALL,
    "DELETE /api/v1/session": KNOWN,
    "GET /api/v1/me": KNOWN,
    "PUT /api/v1/me/password": set(),  # for cookies alone: no token has a password
    "POST /api/v1/measurements": {SENDER, BREWER, ADMIN},
    "GET /api/v1/series": PEOPLE,
    "GET /api/v1/series/latest": PEOPLE,
    "GET /api/v1/readings": PEOPLE,
    "GET /api/v1/chart": PEOPLE,
    "GET /api/v1/vessels": PEOPLE,
    "GET /api/v1/vessels/{id:str}": PEOPLE,
    "POST /api/v1/vessels": {BREWER, ADMIN},
    "PATCH /api/v1/vessels/{id:str}": {BREWER, ADMIN},
    "DELETE /api/v1/vessels/{id:str}": {BREWER, ADMIN},
    "PUT /api/v1/vessels/{id:str}/setpoint": {BREWER, ADMIN},
    "GET /api/v1/vessels/{id:str}/course": PEOPLE,
    "PUT /api/v1/vessels/{id:str}/course": {BREWER, ADMIN},
    "POST /api/v1/vessels/{id:str}/course/insert": {BREWER, ADMIN},
    "POST /api/v1/vessels/{id:str}/course/next": {BREWER, ADMIN},
    "POST /api/v1/vessels/{id:str}/course/pause": {BREWER, ADMIN},
    "POST /api/v1/vessels/{id:str}/course/resume": {BREWER, ADMIN},
    "POST /api/v1/vessels/{id:str}/course/shift": {BREWER, ADMIN},
    "GET /api/v1/alarms": PEOPLE,
    "GET /api/v1/alarms/{id:str}": PEOPLE,
    "POST /api/v1/alarms": {ADMIN},
    "POST /api/v1/alarms/{id:str}/acknowledge": {BREWER, ADMIN},
    "POST /api/v1/alarms/{id:str}/shelve": {BREWER, ADMIN},
    "POST /api/v1/alarms/{id:str}/unshelve": {BREWER, ADMIN},
    "GET /api/v1/rules": PEOPLE,
    "POST /api/v1/pictures": {ADMIN},
    "GET /api/v1/push-targets": PEOPLE,
    "GET /api/v1/push-targets/kinds": PEOPLE,
    "GET /api/v1/push-targets/{id:str}": PEOPLE,
    "GET /api/v1/push-targets/{id:str}/deliveries": PEOPLE,
    "POST /api/v1/push-targets": {ADMIN},
    "PATCH /api/v1/push-targets/{id:str}": {BREWER, ADMIN},
    "DELETE /api/v1/push-targets/{id:str}": {ADMIN},
    "POST /api/v1/push-targets/{id:str}/test": {BREWER, ADMIN},
    "GET /api/v1/profiles": PEOPLE,
    "GET /api/v1/profiles/{id:str}": PEOPLE,
    "POST /api/v1/profiles": {BREWER, ADMIN},
    "PATCH /api/v1/profiles/{id:str}": {BREWER, ADMIN},
    "PUT /api/v1/profiles/{id:str}": {BREWER, ADMIN},
    "DELETE /api/v1/profiles/{id:str}": {BREWER, ADMIN},
    "POST /api/v1/profiles/curve": PEOPLE,
    "GET /api/v1/profiles/forms": PEOPLE,
    "POST /api/v1/profiles/import": PEOPLE,
    "GET /api/v1/profiles/{id:str}/export": PEOPLE,
    "GET /api/v1/batches": PEOPLE,
    "GET /api/v1/batches/{id:str}": PEOPLE,
    "GET /api/v1/batches/{id:str}/events": PEOPLE,
    "POST /api/v1/batches": {BREWER, ADMIN},
    "PATCH /api/v1/batches/{id:str}": {BREWER, ADMIN},
    "DELETE /api/v1/batches/{id:str}": {BREWER, ADMIN},
    "POST /api/v1/batches/{id:str}/restore": {BREWER, ADMIN},
    "POST /api/v1/batches/{id:str}/start": {BREWER, ADMIN},
    "POST /api/v1/batches/{id:str}/pause": {BREWER, ADMIN},
    "POST /api/v1/batches/{id:str}/resume": {BREWER, ADMIN},
    "POST /api/v1/batches/{id:str}/finish": {BREWER, ADMIN},
    "POST /api/v1/batches/{id:str}/events": {BREWER, ADMIN},
    "DELETE /api/v1/batches/{id:str}/events/{event:str}": {BREWER, ADMIN},
    "GET /api/v1/batches/{id:str}/report": PEOPLE,
    "GET /api/v1/series/{id:str}/silence": PEOPLE,
    "GET /api/v1/series/{id:str}/regularity": PEOPLE,
    "GET /api/v1/adapters/{name:str}/regularity": PEOPLE,
    "GET /api/v1/series/{id:str}/store": PEOPLE,
    "PUT /api/v1/series/{id:str}/store": {ADMIN},
    "DELETE /api/v1/series/{id:str}/store": {ADMIN},
    "GET /api/v1/vessels/{id:str}/learned": PEOPLE,
    "GET /api/v1/vessels/{id:str}/learned/export": PEOPLE,
    "PUT /api/v1/vessels/{id:str}/learned": {BREWER, ADMIN},
    "DELETE /api/v1/vessels/{id:str}/learned": {BREWER, ADMIN},
    "GET /api/v1/vessels/{id:str}/why": PEOPLE,
    "GET /api/v1/vessels/{id:str}/reasons": PEOPLE,
    "POST /api/v1/profiles/{id:str}/rehearse": {BREWER, ADMIN},
    "GET /api/v1/vessels/{id:str}/preflight": PEOPLE,
    "POST /api/v1/vessels/{id:str}/preflight": {BREWER, ADMIN},
    "DELETE /api/v1/vessels/{id:str}/preflight": {BREWER, ADMIN},
    "GET /api/v1/corrections": PEOPLE,
    "GET /api/v1/corrections/{id:str}": PEOPLE,
    "POST /api/v1/corrections": {BREWER, ADMIN},
    "DELETE /api/v1/corrections/{id:str}": {BREWER, ADMIN},
    "GET /api/v1/export": PEOPLE,
    "GET /api/v1/imports/{id:str}": {BREWER, ADMIN},
    "POST /api/v1/imports": {BREWER, ADMIN},
    "GET /api/v1/agents": PEOPLE,
    "GET /api/v1/agents/{agent:str}": PEOPLE,
    "POST /api/v1/agents": {ADMIN},
    "DELETE /api/v1/agents/{agent:str}": {ADMIN},
    "GET /api/v1/processes": PEOPLE,
    "GET /api/v1/algorithms": PEOPLE,
    "GET /api/v1/devices": PEOPLE,
    "GET /api/v1/devices/{id:str}": PEOPLE,
    "PATCH /api/v1/devices/{id:str}": {BREWER, ADMIN},
    "POST /api/v1/devices/{id:str}/adopt": {ADMIN},
    "POST /api/v1/devices/{id:str}/ignore": {BREWER, ADMIN},
    "DELETE /api/v1/devices/{id:str}/ignore": {BREWER, ADMIN},
    "GET /api/v1/controllers": PEOPLE,
    "GET /api/v1/controllers/drivers": PEOPLE,
    "GET /api/v1/controllers/{name:str}": PEOPLE,
    "POST /api/v1/controllers": {ADMIN},
    "PATCH /api/v1/controllers/{name:str}": {ADMIN},
    "DELETE /api/v1/controllers/{name:str}": {ADMIN},
    "GET /api/v1/controllers/{name:str}/log": PEOPLE,
    "GET /api/v1/controllers/{name:str}/devices": PEOPLE,
    "PATCH /api/v1/controllers/{name:str}/devices/{id:str}": {BREWER, ADMIN},
    "POST /api/v1/controllers/{name:str}/scan": {BREWER, ADMIN},
    "PATCH /api/v1/controllers/{name:str}/parameters": {BREWER, ADMIN},
    "POST /api/v1/controllers/{name:str}/reset": {BREWER, ADMIN},
    "POST /api/v1/controllers/{name:str}/restart": {BREWER, ADMIN},
    "GET /api/v1/chambers": PEOPLE,
    "GET /api/v1/chambers/{id:str}": PEOPLE,
    "POST /api/v1/chambers": {BREWER, ADMIN},
    "PATCH /api/v1/chambers/{id:str}": {BREWER, ADMIN},
    "DELETE /api/v1/chambers/{id:str}": {BREWER, ADMIN},
    "GET /api/v1/channels": PEOPLE,
    "GET /api/v1/channels/{name:str}": PEOPLE,
    "POST /api/v1/channels": {ADMIN},
    "PATCH /api/v1/channels/{name:str}": {ADMIN},
    "DELETE /api/v1/channels/{name:str}": {ADMIN},
    "POST /api/v1/channels/{name:str}": PEOPLE,
    "GET /api/v1/adapters": PEOPLE,
    "PUT /api/v1/adapters": {ADMIN},
    "GET /api/v1/adapters/{name:str}": PEOPLE,
    "PUT /api/v1/adapters/{name:str}": {ADMIN},
    "GET /api/v1/adapters/{name:str}/nodes": PEOPLE,
    "PUT /api/v1/adapters/{name:str}/nodes": {ADMIN},
    "GET /api/v1/adapters/{name:str}/metrics": PEOPLE,
    "PUT /api/v1/adapters/{name:str}/metrics": {ADMIN},
    "GET /api/v1/doors": {BREWER, ADMIN},
    "GET /api/v1/doors/{name:str}": {BREWER, ADMIN},
    "PATCH /api/v1/doors/{name:str}": {ADMIN},
    "GET /api/v1/settings": PEOPLE,
    "PUT /api/v1/settings": PEOPLE,
    "GET /api/v1/settings/{key:str}": PEOPLE,
    "PUT /api/v1/settings/{key:str}": {BREWER, ADMIN},
    "DELETE /api/v1/settings/{key:str}": {BREWER, ADMIN},
    "GET /api/v1/logs": PEOPLE,
    "GET /api/v1/logs/sources": PEOPLE,
    "PUT /api/v1/logs/sources/{source:path}": {ADMIN},
    "GET /api/v1/journal": {ADMIN},
    "GET /api/v1/users": {ADMIN},
    "GET /api/v1/users/{id:str}": {ADMIN},
    "POST /api/v1/users": {ADMIN},
    "PATCH /api/v1/users/{id:str}": {ADMIN},
    "DELETE /api/v1/users/{id:str}": {ADMIN},
    "GET /api/v1/tokens": {ADMIN},
    "GET /api/v1/tokens/{id:str}": {ADMIN},
    "POST /api/v1/tokens": {ADMIN},
    "DELETE /api/v1/tokens/{id:str}": {ADMIN},
}
"""Who gets past the door. The live socket has its own tests."""
PART = re.compile(r"{\w+:\w+}")


def test_every_route_is_in_the_table() -> None:
    known = [route for route in routes().routes if isinstance(route, HTTPRoute)]
    calls = {f"{method} {route.path}" for route in known for method in route.methods}
    assert {call for call in calls if not call.startswith("OPTIONS")} == set(MAY)


def test_the_only_other_route_is_the_live_socket() -> None:
    assert [route.path for route in routes().routes if not isinstance(route, HTTPRoute)] == ["/api/v1/live"]


@pytest.mark.parametrize("route", MAY)
@pytest.mark.parametrize("role", [None, *UserRole], ids=str)
async def test_roles_hold_on_every_route(brewery: Brewery, route: str, role: UserRole | None) -> None:
    method, path = route.split(" ")
    async with brewery.caller(role) as client:
        answer = await client.request(method, PART.sub("none", path))
    if role in MAY[route]:
        assert answer.status_code in {200, 201, 204, 400, 404, 422}
    elif role is None:
        assert answer.status_code == 401
        assert "Bearer" in answer.headers["www-authenticate"]
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize("route", MAY)
async def test_every_route_says_which_methods_it_takes(brewery: Brewery, route: str) -> None:
    method, path = route.split(" ")
    async with brewery.caller() as client:
        answer = await client.options(PART.sub("none", path))
    assert answer.status_code == 204
    assert method in answer.headers["allow"]
