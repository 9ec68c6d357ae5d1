"""Where log lines go."""

import sys

from krausen.supervision.logs import log_to_stream
from krausen.supervision.tapping import LogTap


def log_to_terminal(tap: LogTap | None = None) -> None:
    """Write readable lines to standard error, from INFO up. A `tap` hears them too."""
    log_to_stream(sys.stderr, tap)
