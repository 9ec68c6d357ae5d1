"""Where what is imported belongs: the names of its series, and its batch."""

from collections.abc import Callable
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import NotFound
from krausen.importing.brew import Origin, batch_with, marked, origin_of
from krausen.importing.format import Kept
from krausen.importing.outcome import Content
from krausen.model.batch import Batch, BatchState
from krausen.model.series import NAME_LONGEST, SeriesName
from krausen.ports.catalog import Batches
from krausen.ports.history import History


class Home(Struct, frozen=True, kw_only=True):
    """The series of a file by the names that its rows have for them, and its batch as it was.

    `after(start, end)` gives the batch with what is imported, which spans these instants; None where the file
    is of no batch.
    """

    names: dict[str, SeriesName]
    before: Batch | None
    after: Callable[[int, int], Batch | None]


class Homes:
    """Finds the homes of files.

    Another tool's log goes by its file's name. What Krausen wrote itself goes back to where it came from; but
    where a series of that name is here already and the batch is not, it is another brewery's, and becomes a
    batch beside ours.
    """

    def __init__(self, catalog: Batches, history: History) -> None:
        self._catalog = catalog
        self._history = history

    async def of(self, file: str, content: Content) -> Home:
        """Find the home of a file."""
        origin = origin_of(file)
        kept = content.form.kept
        if kept is None:
            return await self._of_another_tool(origin, content)
        if not kept.batch:
            return Home(names=dict(kept.series), before=None, after=lambda _start, _end: None)
        return await self._of_ours(origin, kept)

    async def _of_another_tool(self, origin: Origin, content: Content) -> Home:
        names = {metric: origin.series(metric) for metric in content.judged.values}
        before = await self._catalog.batch_of(origin.source)
        return Home(
            names=names,
            before=before,
            after=lambda start, end: batch_with(before, origin, names, start=start, end=end),
        )

    async def _of_ours(self, origin: Origin, kept: Kept) -> Home:
        own = dict(kept.series)
        there = await self._batch(kept.batch)
        if there is not None and there.started_at == kept.start:
            return _known(there, own)
        source = f"export:{kept.batch}/{kept.start}"
        copies = dict(zip(own, map(origin.series, _metrics(own)), strict=True))
        before = await self._catalog.batch_of(source)
        if before is not None:
            is_own = set(before.roles.values()) <= set(own.values())
            return _known(before, own if is_own else copies)
        names = copies if await self._is_any_known(own) else own
        id = kept.batch if there is None else marked(kept.batch, source)
        return Home(names=names, before=None, after=partial(_new, id, source, kept, names))

    async def _batch(self, id: str) -> Batch | None:
        """Give a batch, be it in the bin."""
        for binned in (False, True):
            try:
                return await self._catalog.batch(id, binned=binned)
            except NotFound:
                continue
        return None

    async def _is_any_known(self, names: dict[str, SeriesName]) -> bool:
        return any([await self._history.id_of(name) is not None for name in names.values()])


def _known(batch: Batch, names: dict[str, SeriesName]) -> Home:
    after = replace(batch, deleted_at=None, revision=batch.revision + 1) if batch.deleted_at else batch
    return Home(names=names, before=batch, after=lambda _start, _end: after)


def _new(id: str, source: str, kept: Kept, names: dict[str, SeriesName], start: int, end: int) -> Batch:
    keys = {name: key for key, name in kept.series.items()}
    return Batch(
        id=id,
        name=kept.title or id,
        state=BatchState.FINISHED,
        started_at=start if kept.start is None else kept.start,
        finished_at=end,
        roles={role: names[keys[name]] for role, name in kept.roles.items()},
        source=source,
    )


def _metrics(names: dict[str, SeriesName]) -> list[str]:
    """Name copies of series: by their metrics where these tell them apart, else with a number."""
    metrics = [name.metric for name in names.values()]
    if len(set(metrics)) == len(metrics):
        return metrics
    return [f"{metric[: NAME_LONGEST - 6]} {place}" for place, metric in enumerate(metrics, start=1)]
