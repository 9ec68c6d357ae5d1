"""Every call, held to its own description by what schemathesis makes up: right requests and wrong ones."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from krausen.model.people import UserRole
from krausen.server.web.app import app
from krausen.server.web.describe import description
from krausen.testing.clock import HandClock
from tests.unit.server.web.brewery import NOON, SECRETS, brewery_at, furnish

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
ADMIN = {"Authorization": f"Bearer {SECRETS[UserRole.ADMIN]}"}
EXAMPLES = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
CALLS = [
    (path, method, call) for path, item in description()["paths"].items() for method, call in item.items()
]
TAKING = [(path, method) for path, method, call in CALLS if {"parameters", "requestBody"} & call.keys()]
THERE: dict[str, dict[str, Any]] = {
    "/api/v1/vessels/{id}": {"path_parameters": {"id": "north"}},
    "/api/v1/vessels/{id}/setpoint": {"path_parameters": {"id": "north"}},
    "/api/v1/batches/{id}": {"path_parameters": {"id": "pale"}},
    "/api/v1/batches/{id}/events": {"path_parameters": {"id": "pale"}},
    "/api/v1/batches/{id}/report": {"path_parameters": {"id": "pale"}},
    "/api/v1/batches/{id}/restore": {"path_parameters": {"id": "pale"}},
    "/api/v1/batches/{id}/start": {"path_parameters": {"id": "pale"}},
    "/api/v1/batches/{id}/finish": {"path_parameters": {"id": "pale"}},
    "/api/v1/adapters/{name}": {"path_parameters": {"name": "cellar"}},
    "/api/v1/adapters/{name}/nodes": {"path_parameters": {"name": "cellar"}},
    "/api/v1/adapters/{name}/metrics": {"path_parameters": {"name": "cellar"}},
    "/api/v1/doors/{name}": {"path_parameters": {"name": "http"}},
    "/api/v1/devices/{id}": {"path_parameters": {"id": "probe-1"}},
    "/api/v1/tokens/{id}": {"path_parameters": {"id": "t-viewer"}},
    "/api/v1/chart": {"query": {"series": ["s1"]}},
    "/api/v1/readings": {"query": {"series": "s1"}},
    "/api/v1/export": {"query": {"series": ["s1"]}},
}
"""What is there in the brewery, for the calls that name something."""


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    """The description as it is served, over a furnished brewery."""
    with brewery_at(HandClock(NOON)) as brewery:
        asyncio.run(furnish(brewery))
        yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", app(brewery.site, page=None))


@pytest.mark.parametrize(("path", "method"), [(path, method) for path, method, _ in CALLS])
def test_right_requests_are_answered_as_described(schema: Any, path: str, method: str) -> None:
    call = schema[path][method.upper()]
    hold(call.as_strategy(GenerationMode.POSITIVE))
    if path in THERE:
        hold(call.as_strategy(GenerationMode.POSITIVE, **THERE[path]))


@pytest.mark.parametrize(("path", "method"), TAKING)
def test_wrong_requests_are_refused_as_described(schema: Any, path: str, method: str) -> None:
    hold(schema[path][method.upper()].as_strategy(GenerationMode.NEGATIVE))


def hold(requests: SearchStrategy[Case[Any]]) -> None:
    """Call, and compare what comes back with what was described."""

    @given(requests)
    @EXAMPLES
    def call(case: Case[Any]) -> None:
        response = case.call(headers=ADMIN)
        # Too much at once is refused as 413, which the check of wrong requests does not know.
        known = response.status_code != 413
        case.validate_response(response, checks=CHECKS if known else CHECKS[:-1])

    call()
