"""An imported brew: what it is called, and the batch it becomes."""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2s

from msgspec import Struct
from msgspec.structs import replace

from krausen.model.batch import Batch, BatchState
from krausen.model.series import NAME_LONGEST, SeriesName

ADAPTER = "import"
_ROLES = {"room": "ambient", "temperature": "beer"}
_LONGEST = 64


class Origin(Struct, frozen=True):
    """Where the series of a brew are kept, and its title."""

    adapter: str
    node: str
    title: str

    @property
    def source(self) -> str:
        """What the batch remembers of where it came from."""
        return f"import:{self.adapter}/{self.node}"

    def series(self, metric: str) -> SeriesName:
        """Name a series of the brew."""
        return SeriesName(self.adapter, self.node, metric)


def origin_of(file: str) -> Origin:
    """Name a brew after its file, without folders and ending, so that the file meets its brew again.

    Names that differ in no letter or digit, such as `Pale Ale.csv` and `pale-ale.csv`, are one brew.
    """
    name = re.split(r"[/\\]", file)[-1]
    stem = name.rpartition(".")[0] or name
    title = "".join(filter(str.isprintable, stem)).strip()[:NAME_LONGEST]
    return Origin(ADAPTER, _slug(stem), title or "Imported brew")


def batch_with(batch: Batch | None, origin: Origin, metrics: Iterable[str], *, start: int, end: int) -> Batch:
    """Give the batch with an import in it: a finished one if there was none, else the same, extended.

    What people changed of it since, such as its name, stays; but it leaves the bin. Times in UTC
    milliseconds. A changed batch has the next revision.
    """
    there = sorted(metrics)
    roles = {_ROLES.get(metric, metric): origin.series(metric) for metric in there}
    roles |= {metric: origin.series(metric) for metric in there if metric in roles}
    if batch is None:
        return _new(origin, roles, start, end)
    extended = replace(
        batch,
        started_at=min(start, batch.started_at or start),
        finished_at=max(end, batch.finished_at or end),
        roles=roles | batch.roles,
        deleted_at=None,
    )
    return batch if extended == batch else replace(extended, revision=batch.revision + 1)


def marked(slug: str, whole: str) -> str:
    """Give an id that tells apart what the slug alone does not."""
    mark = blake2s(whole.encode(errors="backslashreplace"), digest_size=4).hexdigest()
    return f"{slug[: _LONGEST - 9]}-{mark}"


def _new(origin: Origin, roles: dict[str, SeriesName], start: int, end: int) -> Batch:
    return Batch(
        id=marked(origin.node, origin.source),
        name=origin.title,
        state=BatchState.FINISHED,
        started_at=start,
        finished_at=end,
        roles=roles,
        source=origin.source,
    )


def _slug(stem: str) -> str:
    letters = [c for c in unicodedata.normalize("NFKD", stem.casefold()) if not unicodedata.combining(c)]
    slug = re.sub(r"[^a-z0-9_]+", "-", "".join(letters)).strip("-_")
    strange = any(c.isalnum() and not c.isascii() for c in letters)
    return slug if slug and not strange and len(slug) <= _LONGEST else marked(slug or "brew", stem)
