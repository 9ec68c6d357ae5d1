import gzip
import json
from base64 import b64encode
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.doors.influx import (
    LARGEST,
    MOST_LINES,
    Settings,
    TooLarge,
    authorization,
    exchange,
    node_of,
    paths,
    refusal,
)
from krausen.errors import Forbidden, Invalid, OperatorNeeded, StorageAway, Throttled, Unproven
from krausen.ports.door import Measured
from krausen.protocols.line_protocol import Point
from krausen.testing.door import FakeSite, posted

NOW = 1_790_000_000_000
SETTINGS = Settings()
TELEGRAF = (
    b"cpu,cpu=cpu0,host=cellar usage_idle=97.5,usage_user=1.5 1790000000000000000\n"
    b"cpu,cpu=cpu1,host=cellar usage_idle=90 1790000000000000000\n"
    b'system,host=cellar uptime=86400i,ok=true,text="1 day" 1790000000000000000\n'
)


async def written(
    body: bytes,
    settings: Settings = SETTINGS,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> list[Measured]:
    site = FakeSite(NOW)
    answer = await exchange(settings, posted("/write", body, query=query, headers=headers), site)
    assert (answer.status, answer.body) == (204, b"")
    return site.stored


def basic(login: str, password: str) -> str:
    return "Basic " + b64encode(f"{login}:{password}".encode()).decode()


async def test_numbers_become_readings_truths_one_and_zero_and_texts_nothing() -> None:
    assert await written(TELEGRAF) == [
        Measured(node="cpu,cpu=cpu0,host=cellar", metric="usage_idle", value=97.5, t=NOW),
        Measured(node="cpu,cpu=cpu0,host=cellar", metric="usage_user", value=1.5, t=NOW),
        Measured(node="cpu,cpu=cpu1,host=cellar", metric="usage_idle", value=90.0, t=NOW),
        Measured(node="system,host=cellar", metric="uptime", value=86400.0, t=NOW),
        Measured(node="system,host=cellar", metric="ok", value=1.0, t=NOW),
    ]


async def test_chosen_tags_name_the_node_in_their_order() -> None:
    stored = await written(TELEGRAF, Settings(tags="host, cpu"))
    assert {one.node for one in stored} == {
        "cpu,host=cellar,cpu=cpu0",
        "cpu,host=cellar,cpu=cpu1",
        "system,host=cellar",
    }


async def test_a_point_without_time_is_of_now_and_a_precision_counts() -> None:
    (plain,) = await written(b"beer t=18.5")
    assert plain.t is None
    (timed,) = await written(b"beer t=18.5 1790000000", query={"precision": "s", "db": "brewery"})
    assert timed.t == NOW


@pytest.mark.parametrize("body", [b"", b"\n# nothing\n", b'm s="text"'])
async def test_nothing_to_store_is_no_failure(body: bytes) -> None:
    assert await written(body) == []


async def test_a_packed_body_is_unpacked() -> None:
    stored = await written(gzip.compress(TELEGRAF), headers={"content-encoding": "gzip"})
    assert len(stored) == 5


@pytest.mark.parametrize("body", [TELEGRAF, gzip.compress(TELEGRAF)[:-9], gzip.compress(TELEGRAF) * 2, b""])
async def test_a_body_that_is_not_packed_as_it_says_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid, match="packed"):
        await written(body, headers={"content-encoding": "gzip"})


async def test_another_packing_is_refused() -> None:
    with pytest.raises(Invalid, match="not as 'br'"):
        await written(TELEGRAF, headers={"content-encoding": "br"})


async def test_what_is_too_large_when_unpacked_is_refused_before_it_fills_the_memory() -> None:
    bomb = gzip.compress(b"#" * (LARGEST + 1))
    assert len(bomb) < 20_000
    with pytest.raises(TooLarge):
        await written(bomb, headers={"content-encoding": "gzip"})
    assert await written(gzip.compress(b"#" * LARGEST), headers={"content-encoding": "gzip"}) == []


async def test_too_many_lines_are_refused() -> None:
    assert len(await written(b"m v=1\n" * MOST_LINES)) == MOST_LINES
    with pytest.raises(TooLarge):
        await written(b"m v=1\n" * MOST_LINES + b"m v=1\n")


async def test_one_wrong_line_refuses_all() -> None:
    site = FakeSite(NOW)
    with pytest.raises(Invalid, match="Line 4: There is no field"):
        await exchange(SETTINGS, posted("/write", TELEGRAF + b"beer"), site)
    assert site.stored == []


async def test_what_the_site_refuses_is_named_by_its_line() -> None:
    body = b"# time\nbeer t=18.5\nbeer t=18,u=2 1\n" + b"n" * 129 + b" v=1"
    with pytest.raises(Invalid, match=r"Line 3: This is before 1990: .* 2 lines are wrong") as refused:
        await written(body)
    assert [fault.where for fault in refused.value.faults] == ["line:3", "line:3", "line:4"]


async def test_a_refusal_without_faults_is_told_as_it_is() -> None:
    site = FakeSite(NOW)
    site.failure = Invalid("This adapter may send nothing.")
    with pytest.raises(Invalid, match="may send nothing"):
        await exchange(SETTINGS, posted("/write", TELEGRAF), site)


@pytest.mark.parametrize(
    ("headers", "query", "proof"),
    [
        ({"authorization": "Token krs_abc"}, {}, "Bearer krs_abc"),
        ({"authorization": "token  krs_abc "}, {"u": "x", "p": "y"}, "Bearer krs_abc"),
        ({"authorization": "Token pi:secret"}, {}, basic("pi", "secret")),
        ({}, {"u": "pi", "p": "secret"}, basic("pi", "secret")),
        ({}, {"u": "pi"}, basic("pi", "")),
        ({"authorization": basic("pi", "ä")}, {"u": "x"}, basic("pi", "ä")),
        ({"authorization": "Bearer krs_abc"}, {}, "Bearer krs_abc"),
        ({}, {}, ""),
    ],
)
def test_every_way_to_prove_who_writes_is_understood(
    headers: dict[str, str], query: dict[str, str], proof: str
) -> None:
    assert authorization(posted("/write", b"", headers=headers, query=query)) == proof


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (Invalid("Why."), 400, "invalid"),
        (Unproven("Why."), 401, "unauthorized"),
        (Forbidden("Why."), 403, "forbidden"),
        (TooLarge("Why."), 413, "request too large"),
        (Throttled("Why.", 7), 429, "too many requests"),
        (StorageAway("Why."), 503, "unavailable"),
        (OperatorNeeded("Why."), 503, "unavailable"),
    ],
)
def test_a_refusal_is_worded_for_both_versions(failure: Exception, status: int, code: str) -> None:
    answer = refusal(failure)
    assert answer.status == status
    assert json.loads(answer.body) == {"code": code, "message": "Why.", "error": "Why."}
    assert answer.headers.get("retry-after") == {429: "7", 503: "5"}.get(status)


def test_it_is_found_where_both_versions_are_written_to() -> None:
    assert list(paths(SETTINGS)) == ["/write", "/api/v2/write"]


NAMES = st.text("ab,=\\ ", min_size=1, max_size=4)
POINTS = st.builds(
    Point,
    line=st.just(1),
    measurement=NAMES,
    tags=st.dictionaries(NAMES, NAMES, max_size=2).map(lambda tags: tuple(tags.items())),
    fields=st.just((("v", 1.0),)),
)


@given(POINTS, POINTS)
def test_two_points_share_a_node_only_with_the_same_measurement_and_tags(one: Point, other: Point) -> None:
    same = (one.measurement, dict(one.tags)) == (other.measurement, dict(other.tags))
    assert (node_of(one) == node_of(other)) == same
