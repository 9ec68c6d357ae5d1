"""Readings as a table of pandas, where that is installed."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from krausen_client.results import Reading


def pandas() -> Any:
    """Give pandas. Raises ImportError that says how to get it."""
    try:
        return import_module("pandas")
    except ImportError as error:
        raise ImportError("to_pandas() needs pandas: pip install 'krausen-client[pandas]'") from error


def frame(readings: Sequence[Reading]) -> Any:
    """Give a DataFrame with the columns `v` and `quality` by the time `t`, in UTC. Raises ImportError."""
    table = pandas()
    times = table.DatetimeIndex([reading.t for reading in readings], tz="UTC", name="t").as_unit("ms")
    columns = {"v": [reading.v for reading in readings], "quality": [reading.quality for reading in readings]}
    return table.DataFrame(columns, index=times)
