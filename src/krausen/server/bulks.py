"""What can be said of readings that come in bulk."""

from array import array
from collections.abc import Sequence

import numpy as np

from krausen.ports.history import Bulk


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
