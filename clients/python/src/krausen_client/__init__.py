"""Client of a Krausen server: send measurements, read them back, listen live.

    from krausen_client import Accumulator, Client, Row

`Client` and `AsyncClient` are twins, and so are `Accumulator` and `AsyncAccumulator`. Importing this
package loads the standard library alone; httpx2, msgspec, stamina and websockets come in when they are
first used.
"""

from krausen_client.accumulator import Accumulator
from krausen_client.aio import AsyncClient
from krausen_client.aio_accumulator import AsyncAccumulator
from krausen_client.client import Client
from krausen_client.errors import (
    ClientError,
    Full,
    NotAllowed,
    NotSignedIn,
    NotUnderstood,
    Refused,
    SpoolUnusable,
    Unreachable,
)
from krausen_client.gathering import Keeping
from krausen_client.options import Options
from krausen_client.results import (
    Curve,
    Fault,
    Latest,
    LiveReading,
    Message,
    Quality,
    Reading,
    Sent,
    Series,
)
from krausen_client.rows import Row

__version__ = "0.1.0"

__all__ = [
    "Accumulator",
    "AsyncAccumulator",
    "AsyncClient",
    "Client",
    "ClientError",
    "Curve",
    "Fault",
    "Full",
    "Keeping",
    "Latest",
    "LiveReading",
    "Message",
    "NotAllowed",
    "NotSignedIn",
    "NotUnderstood",
    "Options",
    "Quality",
    "Reading",
    "Refused",
    "Row",
    "Sent",
    "Series",
    "SpoolUnusable",
    "Unreachable",
]
