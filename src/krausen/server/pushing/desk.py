"""The push targets of a site: what people decided of them, and how each fares."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

import structlog
from msgspec import ValidationError, convert
from msgspec.structs import replace

from krausen.errors import Fault, Forbidden, Invalid, NotFound, Stale, StorageAway
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, UserRole
from krausen.model.setpoint import Mode
from krausen.model.target import Delivery, Target, TargetState
from krausen.ports.catalog import Kind
from krausen.ports.target import PushTarget, VesselNow
from krausen.server.algorithms import schema_of
from krausen.server.changes import Change
from krausen.server.ids import ids_for
from krausen.server.live import Live
from krausen.server.pushing.backlog import Progress
from krausen.server.pushing.bodies import target_body
from krausen.server.pushing.runner import Facts, Runner, Served, Tools
from krausen.server.setpoints import Setpoints, Wish

log = structlog.get_logger()

KEPT = 200
"""Deliveries that are kept of each target."""
AGAIN_S = 60.0
"""A target that stumbled is taken up again after so long."""
LOOK_S = 1.0
"""How often it is looked whether a vessel has changed, for those who want to hear at once."""


class Pushing:
    """The only way to change a target. What was decided holds from `run` on, and at once when it changes."""

    def __init__(
        self, kinds: Mapping[str, PushTarget], tools: Tools, setpoints: Setpoints, live: Live
    ) -> None:
        self.kinds = dict(sorted(kinds.items()))
        self.schemas = {name: schema_of(kind.settings) for name, kind in self.kinds.items()}
        self._tools = tools
        self.courier = tools.courier
        self._setpoints = setpoints
        self._live = live
        self._runners: dict[str, Runner] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._turn = asyncio.Lock()
        self._changed: set[str] = set()
        self._news = asyncio.Event()

    async def load(self) -> None:
        """Take up what was decided; from here on no reading is missed. Raises StorageAway."""
        for target in await self._tools.catalog.targets():
            await self._turn_to(target)

    async def run(self) -> NoReturn:
        """Serve all targets that are active, until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                for runner in list(self._runners.values()):
                    self._start(runner)
                await self._tell()
            finally:
                self._group = None
        raise AssertionError

    async def came(self, stretches: Mapping[str, tuple[int, int]]) -> None:
        """Take note of readings that came: of series by id, the first and the last instant.

        Raises StorageAway when what is late cannot be noted; then it may be sent again.
        """
        for runner in list(self._runners.values()):
            if runner.wants_every:
                await runner.came(stretches)

    @property
    def wants_every(self) -> bool:
        """Whether any target wants each reading."""
        return any(runner.wants_every for runner in self._runners.values())

    async def all(self) -> list[Served]:
        """Give all targets, by id. Raises StorageAway."""
        return [self._served(one) for one in await self._tools.catalog.targets()]

    async def one(self, id: str) -> Served:
        """Give one. Raises NotFound."""
        return self._served(await self._tools.catalog.target(id))

    async def add(self, wanted: Target, caller: Caller, *, reason: str = "") -> Target:
        """Add a target, whose id is chosen here. Raises Invalid."""
        self._check(wanted)
        for id in ids_for(wanted.name, wanted.kind.replace("_", "-")):
            target = replace(wanted, id=id, revision=1)
            try:
                await self._tools.catalog.add_target(target, self._entry(id, "created", caller, reason))
            except Stale:
                continue
            await self._turn_to(target)
            self._say(target, "created", caller)
            return target
        raise Invalid("There are too many targets of this name: choose another.", [Fault("/name", "Taken.")])

    async def change(
        self, wanted: Target, caller: Caller, *, reason: str = "", seen: int | None = None
    ) -> Target:
        """Replace a target, at once. Raises NotFound, Stale, Invalid."""
        self._check(wanted)
        entry = self._entry(wanted.id, "updated", caller, reason)
        wanted = replace(wanted, last_error="") if wanted.state is TargetState.ACTIVE else wanted
        target = await self._tools.catalog.change_target(wanted, entry, seen=seen)
        await self._turn_to(target)
        self._say(target, "updated", caller)
        return target

    async def remove(self, id: str, caller: Caller, *, reason: str = "", seen: int | None = None) -> None:
        """Remove a target; nothing goes there any more. Raises NotFound, Stale."""
        target = await self._tools.catalog.target(id)
        await self._tools.catalog.remove_target(id, self._entry(id, "deleted", caller, reason), seen=seen)
        await self._stop(id)
        self._say(target, "deleted", caller)

    async def test(self, id: str) -> Delivery:
        """Send once what would go out now, and give what became of it. Raises NotFound."""
        target = await self._tools.catalog.target(id)
        return await (self._runners.get(id) or await self._runner(target)).test()

    async def deliveries(self, id: str, limit: int) -> list[Delivery]:
        """Give what was delivered, the latest first. Raises NotFound."""
        await self._tools.catalog.target(id)
        return await self._tools.catalog.deliveries(id, limit)

    async def vessels_of(self, target: Target) -> tuple[VesselNow, ...]:
        """Give the vessels that go to a target, as they are now. Raises StorageAway."""
        return (await self._tools.gatherer.scene(target.what)).vessels

    async def _tell(self) -> NoReturn:
        """Tell listeners how targets fare that have changed, each at most once in a while."""
        while True:
            await self._news.wait()
            self._news.clear()
            changed, self._changed = self._changed, set()
            for id in sorted(changed):
                with suppress(StorageAway):  # the next change tells it
                    await self._tell_of(id)
            await asyncio.sleep(LOOK_S)

    async def _tell_of(self, id: str) -> None:
        dates = await self._tools.catalog.dates(Kind.TARGET)
        try:
            served = await self.one(id)
        except NotFound:
            self._live.forget_state("data", _key(id))
            return
        if id in dates:
            body = target_body(served, dates[id], self._tools.clock.steady(), brief=True)
            self._live.state("data", _key(id), {"target": body})

    async def _turn_to(self, target: Target) -> None:
        """Have a target served as it is now."""
        async with self._turn:
            await self._stop(target.id)
            try:
                runner = await self._runner(target)
            except Invalid as failure:
                log.warning("push.unfit", target=target.id, detail=str(failure))
                return
            self._runners[target.id] = runner
            self._start(runner)

    def _start(self, runner: Runner) -> None:
        if self._group is not None and runner.target.state is TargetState.ACTIVE:
            task = self._group.create_task(self._serve(runner, len(self._tasks)))
            self._tasks[runner.target.id] = task

    async def _stop(self, id: str) -> None:
        self._runners.pop(id, None)
        task = self._tasks.pop(id, None)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _serve(self, runner: Runner, place: int) -> None:
        """Serve a target; over what nobody foresaw it stumbles alone, and is taken up again later."""
        id = runner.target.id
        wishes = _Wishes(self, runner.target, self._setpoints)
        while True:
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(
                        runner.run(place, lambda: self._announce(id), lambda why: self._refuse(id, why))
                    )
                    tasks.create_task(runner.attend(wishes))
            except* Exception:
                log.exception("push.stumbled", target=id)
            if self._group is None or self._tasks.get(id) is not asyncio.current_task():
                return  # told to end in the very moment in which it stumbled, which has hidden that from it
            await asyncio.sleep(AGAIN_S)

    async def _refuse(self, id: str, why: str) -> None:
        """Have it stand that a service takes nothing until somebody has mended a setting."""
        log.warning("push.refused", target=id, detail=why)
        try:
            target = await self._tools.catalog.target(id)
            failing = replace(target, state=TargetState.FAILING, last_error=why)
            entry = self._entry(id, "updated", OURSELVES, why)
            kept = await self._tools.catalog.change_target(failing, entry, seen=target.revision)
        except (NotFound, Stale, StorageAway) as failure:
            log.warning("push.not_noted", target=id, detail=str(failure))
            return
        self._say(kept, "updated", OURSELVES)

    async def _runner(self, target: Target) -> Runner:
        kind = self.kinds.get(target.kind)
        if kind is None:
            raise Invalid(f"There is no kind of target called {target.kind}.")
        try:
            settings = convert(target.settings, kind.settings)
        except ValidationError as error:
            raise Invalid(f"The settings of {target.id} do not fit: {error}. Change them.") from error
        runner = Runner(self._tools, target, kind, settings, self.schemas[target.kind])
        kept = (await self._tools.catalog.progress()).get(target.id)
        if kept is None:  # what is read from now on is owed, whenever it is served first
            kept = Progress(since=self._tools.clock.now()).kept()
            await self._tools.catalog.delivered(target.id, kept)
        runner.begin(kept, await self._tools.catalog.deliveries(target.id, KEPT))
        return runner

    def _served(self, target: Target) -> Served:
        runner = self._runners.get(target.id)
        facts = Facts() if runner is None else runner.facts()
        return Served(target=target, facts=facts, schema=self.schemas.get(target.kind, {}))

    def _check(self, target: Target) -> None:
        kind = self.kinds.get(target.kind)
        faults = []
        if kind is None:
            faults.append(Fault("/kind", f"There is no such kind. There are {', '.join(self.kinds)}."))
        elif target.every_s < kind.least_s:
            why = f" {kind.why_least}" if kind.why_least else ""
            faults.append(Fault("/every_s", f"At least {kind.least_s:g} s lie between two pushes.{why}"))
        if faults:
            raise Invalid(faults[0].message, faults)

    def _announce(self, id: str) -> None:
        self._changed.add(id)
        self._news.set()

    def _say(self, target: Target, action: str, caller: Caller) -> None:
        change = Change(what="target", id=target.id, action=action, revision=target.revision, by=caller.name)
        self._live.say("changes", change)
        self._announce(target.id)

    def _entry(self, id: str, action: str, caller: Caller, reason: str) -> JournalEntry:
        now = self._tools.clock.now()
        return JournalEntry(at=now, by=caller.name, what="target", id=id, action=action, reason=reason)


class _Wishes:
    """What a service may wish, in the name of its target."""

    def __init__(self, pushing: Pushing, target: Target, setpoints: Setpoints) -> None:
        self._pushing = pushing
        self._target = target
        self._setpoints = setpoints

    async def wish(self, vessel: str, mode: Mode, value: float | None, reason: str) -> None:
        """Wish a temperature for a vessel that goes to the target. Raises Invalid, Forbidden, NotFound."""
        if vessel not in {one.id for one in await self._pushing.vessels_of(self._target)}:
            raise Forbidden(f"{vessel} is not among the vessels that go to {self._target.name}.")
        caller = Caller(
            id=f"target {self._target.id}",
            login="",
            name=f"{self._target.name} (push)",
            role=UserRole.BREWER,
            is_person=False,
        )
        await self._setpoints.request(vessel, Wish(mode=mode, value=value, reason=reason), caller)

    async def vessels(self) -> AsyncIterator[Sequence[VesselNow]]:
        """Give the chosen vessels, and again whenever one of them has changed."""
        before: Sequence[VesselNow] | None = None
        while True:
            now = await self._pushing.vessels_of(self._target)
            if now != before:
                before = now
                yield now
            await asyncio.sleep(LOOK_S)


def _key(id: str) -> str:
    return f"target {id}"


OURSELVES = Caller(id="", login="", name="Krausen", role=UserRole.ADMIN, is_person=False)
