"""What a history file holds, taken up into memory when it is opened."""

import apsw
import numpy as np

from krausen.model.series import SeriesName
from krausen.storage.connection import transaction
from krausen.storage.history.archive import HALF, Archive
from krausen.storage.history.chunks import DAY_MS
from krausen.storage.history.columns import Times
from krausen.storage.history.head import Head
from krausen.storage.history.log import Records, read
from krausen.storage.history.packing import Damaged
from krausen.storage.history.registry import Known, Registry

_KNOWN = "SELECT id, adapter, node, metric, unit, n, first, last, v, q FROM series"


def replayed(connection: apsw.Connection, registry: Registry) -> Head:
    """Fill a registry, and give the head that the log makes. A damaged row of the log is put aside."""
    for number, adapter, node, metric, unit, *summary in connection.execute(_KNOWN):
        registry.learn([Known(number, SeriesName(adapter, node, metric), unit)])
        if summary[0]:
            registry.summary(number, summary)
    head = Head()
    marks = dict(connection.execute("SELECT id, through FROM sealed"))
    sealed = np.array(sorted(marks), np.int64)
    through = np.array([marks[id] for id in sorted(marks)], np.int64)
    damaged = []
    for seq, blob in connection.execute("SELECT seq, b FROM log ORDER BY seq"):
        try:
            records = read(blob)
        except Damaged:
            damaged.append((seq, blob))
        else:
            head.add(_unsealed(records, seq, sealed, through))
    _put_aside(connection, damaged)
    registry.add(head.ordered())
    return head


def _unsealed(records: Records, seq: int, sealed: Times, through: Times) -> Records:
    if not len(sealed):
        return records
    ids = (records.series.astype(np.int64) << 32) | (records.t // DAY_MS + HALF)
    place = np.minimum(np.searchsorted(sealed, ids), len(sealed) - 1)
    return records.at(~((sealed[place] == ids) & (seq <= through[place])))


def _put_aside(connection: apsw.Connection, damaged: list[tuple[int, bytes]]) -> None:
    if not damaged:
        return
    archive = Archive(connection)
    with transaction(connection):
        for seq, blob in damaged:
            archive.quarantine("log", (None, None, None), blob)
            connection.execute("DELETE FROM log WHERE seq = ?", (seq,))
