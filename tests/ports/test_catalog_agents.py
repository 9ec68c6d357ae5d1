"""The same for agents, their devices, and chambers."""

import pytest
from msgspec.structs import replace

from krausen.errors import NotFound, Stale
from krausen.model.agent import Agent, Chamber, DeviceFacts
from krausen.model.people import UserRole
from krausen.ports.catalog import Catalog, Dates, Kind
from tests.ports.arranged import FIRST, FREEZER, TOKEN, entry

pytestmark = pytest.mark.anyio

LOFT = Agent(name="pi-loft", known_since=10)
PROOF = replace(TOKEN, id="t-9", digest="d9", role=UserRole.AGENT, adapters=("pi-loft",))
PROBE = DeviceFacts(agent="pi-loft", node="28-0000", kind="thermometer", driver="ds18b20")
FRIDGE = Chamber(id="fridge", name="Køleskab", agent="pi-loft")


class TestAgents:
    async def test_agent_is_added_with_its_token_and_a_line_in_the_journal(self, catalog: Catalog) -> None:
        await catalog.add_agent(LOFT, PROOF, entry(10, "agent", "pi-loft", "created"))
        assert await catalog.agents() == [LOFT]
        assert await catalog.tokens() == [PROOF]
        assert [one.what for one in await catalog.journal(10)] == ["agent"]

    async def test_agent_that_is_known_is_not_added_and_its_token_neither(self, catalog: Catalog) -> None:
        await catalog.note_agent(LOFT)
        with pytest.raises(Stale, match="pi-loft"):
            await catalog.add_agent(LOFT, PROOF, entry())
        assert await catalog.tokens() == []
        assert await catalog.journal(10) == []

    async def test_what_an_agent_tells_replaces_all_but_since_when_it_is_known(
        self, catalog: Catalog
    ) -> None:
        await catalog.note_agent(replace(LOFT, name="b"))
        await catalog.note_agent(LOFT)
        told = replace(LOFT, known_since=99, version="2", clock_ms=-5, seen_at=99)
        await catalog.note_agent(told)
        assert await catalog.agents() == [replace(LOFT, name="b"), replace(told, known_since=10)]

    async def test_removed_agent_leaves_neither_devices_nor_tokens_of_its_own(self, catalog: Catalog) -> None:
        await catalog.add_agent(LOFT, PROOF, entry())
        shared = replace(PROOF, id="t-8", digest="d8", adapters=("pi-loft", "other"))
        person = replace(PROOF, id="t-7", digest="d7", role=UserRole.BREWER)
        for token in (shared, person):
            await catalog.add_token(token, entry())
        await catalog.declare_devices([PROBE, replace(PROBE, agent="other")])
        assert await catalog.remove_agent("pi-loft", entry(action="deleted")) == ["t-9"]
        assert await catalog.agents() == []
        assert {token.id for token in await catalog.tokens()} == {"t-8", "t-7"}
        assert await catalog.devices() == [replace(PROBE, agent="other")]
        with pytest.raises(NotFound, match="pi-loft"):
            await catalog.remove_agent("pi-loft", entry())


class TestDevices:
    async def test_devices_are_kept_as_last_declared_under_the_title_they_have(
        self, catalog: Catalog
    ) -> None:
        await catalog.declare_devices([PROBE])
        titled = await catalog.title_device(replace(PROBE, title="Float", kind="?"), entry(), seen=1)
        assert titled == replace(PROBE, title="Float", revision=2)
        await catalog.declare_devices([replace(PROBE, driver="constant"), replace(PROBE, node="a")])
        assert await catalog.devices() == [
            replace(titled, driver="constant"),
            replace(PROBE, node="a"),
        ]

    async def test_title_is_refused_to_who_saw_another_revision(self, catalog: Catalog) -> None:
        assert (await catalog.title_device(PROBE, entry(), seen=0)).revision == 1
        with pytest.raises(Stale, match="28-0000"):
            await catalog.title_device(PROBE, entry(), seen=0)
        assert len(await catalog.journal(10)) == 1


class TestChambers:
    async def test_chamber_is_added_changed_and_removed(self, catalog: Catalog) -> None:
        await catalog.add_chamber(FRIDGE, entry(10))
        await catalog.add_chamber(replace(FRIDGE, id="a"), entry(11))
        changed = await catalog.change_chamber(replace(FRIDGE, name="Fridge"), entry(20), seen=1)
        assert changed == await catalog.chamber("fridge") == replace(FRIDGE, name="Fridge", revision=2)
        assert [one.id for one in await catalog.chambers()] == ["a", "fridge"]
        assert (await catalog.dates(Kind.CHAMBER))["fridge"] == Dates(10, 20)
        await catalog.remove_chamber("fridge", entry(30), seen=2)
        assert set(await catalog.dates(Kind.CHAMBER)) == {"a"}
        for call in (catalog.chamber("fridge"), catalog.remove_chamber("fridge", entry())):
            with pytest.raises(NotFound, match="fridge"):
                await call
        with pytest.raises(NotFound, match="fridge"):
            await catalog.change_chamber(FRIDGE, entry())

    async def test_id_is_never_given_again(self, catalog: Catalog) -> None:
        await catalog.add_chamber(FRIDGE, entry())
        await catalog.remove_chamber("fridge", entry())
        with pytest.raises(Stale, match="fridge"):
            await catalog.add_chamber(FRIDGE, entry())
        assert await catalog.chambers() == []

    async def test_stale_revision_is_refused(self, catalog: Catalog) -> None:
        await catalog.add_chamber(FRIDGE, entry())
        with pytest.raises(Stale):
            await catalog.change_chamber(FRIDGE, entry(), seen=7)
        with pytest.raises(Stale):
            await catalog.remove_chamber("fridge", entry(), seen=7)
        assert await catalog.chamber("fridge") == FRIDGE

    async def test_chamber_in_which_a_vessel_stands_stays(self, catalog: Catalog) -> None:
        await catalog.add_chamber(FRIDGE, entry())
        await catalog.add_vessel(replace(FREEZER, chamber="fridge"), FIRST, entry())
        with pytest.raises(Stale, match="Fryser på loftet stands in Køleskab"):
            await catalog.remove_chamber("fridge", entry())
        record = await catalog.change_vessel(replace(FREEZER, chamber=None), entry())
        assert record.vessel.chamber is None
        await catalog.remove_chamber("fridge", entry())
