"""How a client goes about its calls."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

MOST_ROWS = 10_000
"""Rows that the server takes in one request."""
LARGEST = 8 * 1024 * 1024
"""Bytes that the server takes in one request."""


@dataclass(frozen=True, slots=True)
class Options:
    """`batch` rows go into one request, at most 10,000; an answer may take `timeout_s` seconds.

    For `patience_s` seconds a call is tried again while nobody answers or the server asks for it; 0 tries
    once. `ssl_context` is for a server whose certificate the system does not know.
    """

    batch: int = 5_000
    timeout_s: float = 30.0
    patience_s: float = 120.0
    ssl_context: "ssl.SSLContext | None" = None

    def __post_init__(self) -> None:
        """Raise ValueError for what cannot be."""
        if not 1 <= self.batch <= MOST_ROWS:
            raise ValueError(f"batch: one request takes 1 to {MOST_ROWS} rows, not {self.batch}.")
        if not self.timeout_s > 0:
            raise ValueError("timeout_s: give an answer more than 0 seconds.")
        if not self.patience_s >= 0:
            raise ValueError("patience_s: 0 tries once, more seconds try again; less cannot be.")


USUAL = Options()
