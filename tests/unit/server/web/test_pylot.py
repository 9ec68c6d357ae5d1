"""The PYLOT client as it is known from outside: rows in batches, with login and password."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import httpx2
import pytest

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio

BATCH = 450
LOGIN, PASSWORD = "grower", "tomatoes in the winter"
GREENHOUSE = "acme-hall-1"


class Pylot:
    """Sends rows the way that client does; it raises where it is answered 4xx or 5xx."""

    def __init__(self, client: httpx2.AsyncClient, login: str = LOGIN, password: str = PASSWORD) -> None:
        self._client = client
        self._login = httpx2.BasicAuth(login, password)
        self.sizes: list[int] = []

    async def send(self, rows: Sequence[dict[str, Any]]) -> None:
        """Send rows in batches; the first failure stops the rest."""
        for batch in batches(rows):
            answer = await self._client.post(
                "/api/measurements",
                content=httpx2.Request("POST", "http://x", json=batch).read(),
                headers={"Content-type": "application/json"},
                auth=self._login,
            )
            answer.raise_for_status()
            self.sizes.append(len(batch))


def batches(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def row(second: int, node: str = "climate-1", adapter: str = GREENHOUSE, data: Any = None) -> dict[str, Any]:
    time = f"2026-07-01T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return {"adapter": adapter, "timestamp": time, "node": node, "data": data or {"220": 18.5}}


async def refusal(sending: Any) -> httpx2.Response:
    with pytest.raises(httpx2.HTTPStatusError) as failed:
        await sending
    return failed.value.response


@pytest.fixture
async def client(brewery: Brewery) -> AsyncIterator[httpx2.AsyncClient]:
    """A client without any proof yet; the grower is known to the server."""
    grower = {"login": LOGIN, "name": "Grower", "role": "brewer", "password": PASSWORD}
    async with brewery.caller(UserRole.ADMIN) as admin:
        assert (await admin.post("/api/v1/users", json=grower)).status_code == 201
    async with brewery.caller() as caller:
        yield caller


async def series(brewery: Brewery, adapter: str = GREENHOUSE) -> dict[tuple[str, str], Any]:
    items = (await brewery.read(f"/series?adapter={adapter}"))["items"]
    return {(one["node"], one["metric"]): one for one in items}


async def put(brewery: Brewery, path: str, body: object) -> None:
    async with brewery.caller(UserRole.ADMIN) as client:
        answer = await client.put(f"/api/v1{path}", json=body)
    assert answer.status_code == 200, answer.text


async def test_a_thousand_rows_come_in_three_batches_and_are_all_there(
    brewery: Brewery, client: httpx2.AsyncClient
) -> None:
    pylot = Pylot(client)
    await pylot.send([row(n) for n in range(1000)])
    assert pylot.sizes == [450, 450, 100]
    assert {name: one["count"] for name, one in (await series(brewery)).items()} == {
        ("climate-1", "220"): 1000
    }
    door = await brewery.read("/doors/pylot", UserRole.BREWER)
    assert (door["knocks"], door["refusals"]) == (3, 0)
    assert [knock["readings"] for knock in door["recent_knocks"]] == [100, 450, 450]
    assert {knock["node"] for knock in door["recent_knocks"]} == {"Grower"}


async def test_the_answer_is_json(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/measurements", json=[row(0)], auth=(LOGIN, PASSWORD))
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"rows": 1, "readings": 1}


async def test_sent_again_is_harmless_and_a_fresh_version_overwrites(
    brewery: Brewery, client: httpx2.AsyncClient
) -> None:
    pylot, rows = Pylot(client), [row(0), row(1)]
    await pylot.send(rows)
    await pylot.send(rows)
    await pylot.send([row(1, data={"220": 99})])
    (one,) = (await series(brewery)).values()
    assert (one["count"], one["latest"]["v"]) == (2, 99)


async def test_times_are_local_to_the_zone_of_the_adapter(
    brewery: Brewery, client: httpx2.AsyncClient
) -> None:
    await put(brewery, f"/adapters/{GREENHOUSE}", {"zone": "Europe/Amsterdam"})
    await put(brewery, "/adapters/acme-hall-2", {"zone": "America/New_York"})
    await Pylot(client).send([row(0), row(0, adapter="acme-hall-2")])
    (one,), (other,) = (await series(brewery)).values(), (await series(brewery, "acme-hall-2")).values()
    assert one["last"] == "2026-06-30T22:00:00.000Z"
    assert other["last"] == "2026-07-01T04:00:00.000Z"


async def test_adapters_nodes_and_metrics_are_known_by_what_is_sent(
    brewery: Brewery, client: httpx2.AsyncClient
) -> None:
    await Pylot(client).send(
        [row(0, "drain 3", data={"220": 1, "own-ec": 2.5}), row(0, "valve 1", data={"flow": 1e-3})]
    )
    assert set(await series(brewery)) == {("drain 3", "220"), ("drain 3", "own-ec"), ("valve 1", "flow")}
    nodes = (await brewery.read(f"/adapters/{GREENHOUSE}/nodes"))["items"]
    assert [node["name"] for node in nodes] == ["drain 3", "valve 1"]
    assert GREENHOUSE in [one["name"] for one in (await brewery.read("/adapters"))["items"]]


async def test_whole_decimal_and_scientific_numbers_are_values(
    brewery: Brewery, client: httpx2.AsyncClient
) -> None:
    written = b'{"a":1,"b":1.5,"c":1.2E-3}'
    body = b'[{"adapter":"acme-hall-1","timestamp":"2026-07-01T00:00:00","node":"n","data":%b}]' % written
    answer = await client.post("/api/measurements", content=body, auth=(LOGIN, PASSWORD))
    assert answer.status_code == 200
    assert {metric: one["latest"]["v"] for (_, metric), one in (await series(brewery)).items()} == {
        "a": 1.0,
        "b": 1.5,
        "c": 0.0012,
    }


async def test_only_what_was_agreed_is_taken_where_that_is_the_policy(
    brewery: Brewery, client: httpx2.AsyncClient
) -> None:
    await put(brewery, f"/adapters/{GREENHOUSE}", {"policy": "agreed"})
    await put(brewery, f"/adapters/{GREENHOUSE}/nodes", {"items": [{"name": "climate-1"}]})
    await put(brewery, f"/adapters/{GREENHOUSE}/metrics", {"items": [{"name": "220"}]})
    await Pylot(client).send([row(0)])
    answer = await refusal(Pylot(client).send([row(1), row(2, "climate-9"), row(3, data={"221": 1})]))
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == ["/1/node", "/2/data/221"]
    assert {name: one["count"] for name, one in (await series(brewery)).items()} == {("climate-1", "220"): 1}


@pytest.mark.parametrize(
    ("login", "password"), [("", PASSWORD), (LOGIN, ""), ("", ""), (LOGIN, "wrong"), ("nobody", PASSWORD)]
)
async def test_an_empty_or_wrong_login_or_password_is_refused(
    brewery: Brewery, client: httpx2.AsyncClient, login: str, password: str
) -> None:
    answer = await refusal(Pylot(client, login, password).send([row(0)]))
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert await series(brewery) == {}


async def test_who_tries_too_many_passwords_waits(brewery: Brewery, client: httpx2.AsyncClient) -> None:
    statuses = [(await refusal(Pylot(client, LOGIN, "wrong").send([row(0)]))).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    door = await brewery.read("/doors/pylot", UserRole.BREWER)
    assert (door["knocks"], door["refusals"]) == (0, 6)


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        ({"data": {"220": "warm"}}, ["/1/data/220"]),
        ({"data": {"220": True}}, ["/1/data/220"]),
        ({"node": None}, ["/1/node"]),
        ({"timestamp": "01-07-2026"}, ["/1/timestamp"]),
        ({"adapter": ""}, ["/1/adapter"]),
    ],
)
async def test_a_bad_row_refuses_its_batch_and_the_body_says_which(
    brewery: Brewery, client: httpx2.AsyncClient, bad: dict[str, Any], where: list[str]
) -> None:
    answer = await refusal(Pylot(client).send([row(0), {**row(1), **bad}]))
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == where
    assert await series(brewery) == {}


@pytest.mark.parametrize("body", [b"", b"{", b'{"adapter": 1}', b'[{"data": {"220": NaN}}]'])
async def test_what_is_no_array_of_rows_is_refused_in_json(client: httpx2.AsyncClient, body: bytes) -> None:
    answer = await client.post("/api/measurements", content=body, auth=(LOGIN, PASSWORD))
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_outage_is_503_and_resending_makes_up_for_it(
    brewery: Brewery, client: httpx2.AsyncClient
) -> None:
    brewery.history.away = "The disk is full."
    answer = await refusal(Pylot(client).send([row(0)]))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    brewery.history.away = ""
    await Pylot(client).send([row(0)])
    assert len(await series(brewery)) == 1


async def test_a_token_for_one_adapter_writes_to_that_alone(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.SENDER) as sender:
        mine = await sender.post("/api/measurements", json=[row(0, adapter="orchard")])
        others = await sender.post("/api/measurements", json=[row(0)])
        own = await sender.post("/api/measurements", json=[row(0, adapter="cellar")])
    assert (mine.status_code, others.status_code, own.status_code) == (200, 403, 403)
