"""What can be said of readings that come in bulk."""

from array import array
from collections.abc import Sequence

import numpy as np

from krausen.ports.history import Bulk, id_of


def newest(bulks: Sequence[Bulk]) -> Bulk:
    """Give the newest reading of each series; of several for one instant the last one counts."""
    series = np.concatenate([bulk.series for bulk in bulks])
    t = np.concatenate([bulk.t for bulk in bulks])
    order = np.lexsort((t, series))
    last = order[np.append(np.diff(series[order]) != 0, True)[: len(order)]]
    v = np.concatenate([bulk.v for bulk in bulks])[last]
    q = np.frombuffer(b"".join(bulk.q for bulk in bulks), np.uint8)[last]
    return Bulk(
        array("I", series[last].tobytes()),
        array("q", t[last].tobytes()),
        array("d", v.tobytes()),
        q.tobytes(),
    )


def stretches(bulk: Bulk) -> dict[str, tuple[int, int]]:
    """Give the first and the last instant (UTC ms) of what came of each series, by id."""
    series, t = np.frombuffer(bulk.series, np.uint32), np.frombuffer(bulk.t, np.int64)
    numbers, place = np.unique(series, return_inverse=True)
    first = np.full(len(numbers), np.iinfo(np.int64).max)
    last = np.full(len(numbers), np.iinfo(np.int64).min)
    np.minimum.at(first, place, t)
    np.maximum.at(last, place, t)
    columns = zip(numbers.tolist(), first.tolist(), last.tolist(), strict=True)
    return {id_of(number): (begin, end) for number, begin, end in columns}
