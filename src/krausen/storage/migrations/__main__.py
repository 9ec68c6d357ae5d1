"""Upgrades the file that is named; exit status 1 and one line on standard error when that cannot be."""

import sys
from pathlib import Path

from krausen.errors import KrausenError
from krausen.storage.migrations.upgrade import upgrade


def main() -> int:
    """Upgrade."""
    try:
        upgrade(Path(sys.argv[1]))
    except KrausenError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
