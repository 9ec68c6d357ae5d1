from typing import Any

import pytest
from litestar.exceptions import HTTPException, InternalServerException
from structlog.testing import capture_logs

from krausen import errors
from krausen.errors import Fault, Invalid, KrausenError, Throttled
from krausen.model.people import UserRole
from krausen.server.web.bodies import Unreadable
from krausen.server.web.errors import TITLES, Outdated, Refused, headers_of, problem_of
from krausen.server.web.series import LatestBody
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio


def kinds(root: type[KrausenError]) -> list[type[KrausenError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in kinds(child))]


OURS = [kind for kind in kinds(KrausenError) if kind.__module__ == errors.__name__]
STATUSES = {
    "KrausenError": None,
    "TryAgain": 503,
    "LinkLost": 503,
    "DeviceLost": 503,
    "StorageAway": 503,
    "TargetBusy": 503,
    "AnswerLost": 503,
    "Refusal": None,
    "NotFound": 404,
    "Stale": 409,
    "Unproven": 401,
    "Forbidden": 403,
    "Throttled": 429,
    "Invalid": 422,
    "OperatorNeeded": 503,
    "TargetRefused": 503,
    "Defect": None,
}


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_failure_has_its_status(kind: type[KrausenError]) -> None:
    failure = Throttled("Wait.", 7) if kind is Throttled else kind("Because.")
    problem = problem_of(failure)
    assert (None if problem is None else problem.status) == STATUSES[kind.__name__]


def test_problem_tells_what_and_where() -> None:
    faults = [Fault("/a", "This is missing."), Fault("query:b", "Too much.")]
    problem = problem_of(Invalid("Two things.", faults))
    assert problem is not None
    assert (problem.type, problem.title, problem.status) == ("about:blank", "Unprocessable Content", 422)
    assert (problem.detail, list(problem.errors)) == ("Two things.", faults)


def test_outdated_tells_what_is_there() -> None:
    present = LatestBody(id="s1", adapter="a", node="n", metric="m", t="", v=1, quality="good")
    problem = problem_of(Outdated("Look again.", present))
    assert problem is not None
    assert (problem.status, problem.present) == (409, present)


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (Unreadable("No JSON."), 400),
        (Refused(415, "Send JSON."), 415),
        (HTTPException(status_code=404), 404),
        (HTTPException(status_code=418), None),
        (HTTPException(status_code=500), None),
        (InternalServerException("client disconnected prematurely"), 400),
        (InternalServerException("something"), None),
        (ValueError("x"), None),
    ],
    ids=repr,
)
def test_failures_of_the_framework_are_told_apart(failure: Exception, status: int | None) -> None:
    problem = problem_of(failure)
    assert (None if problem is None else problem.status) == status


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (Throttled("Wait.", 7), {"retry-after": "7"}),
        (errors.StorageAway("Full."), {"retry-after": "5"}),
        (errors.Unproven("Who?"), {"www-authenticate": 'Bearer realm="krausen"'}),
        (errors.NotFound("None."), {}),
        (HTTPException(status_code=405, headers={"allow": "GET"}), {"allow": "GET"}),
    ],
    ids=repr,
)
def test_failures_bring_their_headers(failure: Exception, expected: dict[str, str]) -> None:
    assert headers_of(failure) == expected


def test_every_status_has_a_title() -> None:
    assert {status for status in STATUSES.values() if status is not None} < set(TITLES)


async def test_what_nobody_foresaw_is_logged_under_a_number_and_not_told(
    brewery: Brewery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a secret of ours")

    monkeypatch.setattr(brewery.site.roster, "agents", broken)
    with capture_logs() as logs:
        async with brewery.caller(UserRole.VIEWER) as client:
            answers = [await client.get("/api/v1/agents") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [500, 500]
    assert [answer.headers["content-type"] for answer in answers] == ["application/problem+json"] * 2
    numbers = [entry["number"] for entry in logs]
    assert numbers[1] == numbers[0] + 1
    assert [entry["path"] for entry in logs] == ["/api/v1/agents"] * 2
    for answer, number in zip(answers, numbers, strict=True):
        assert str(number) in answer.json()["detail"]
        assert "secret" not in answer.text
        assert "ZeroDivisionError" not in answer.text


async def test_strange_hosts_are_refused(brewery: Brewery) -> None:
    async with brewery.caller(host="a b/c") as client:
        answer = await client.get("/api/v1/health")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
