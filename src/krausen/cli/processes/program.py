"""How this program was started, so that it can start itself again for its processes."""

import sys
from collections.abc import Sequence
from pathlib import Path


def program(
    executable: str = sys.executable,
    whole: Sequence[str] = tuple(sys.orig_argv),
    words: Sequence[str] = tuple(sys.argv),
) -> tuple[str, ...]:
    """Give the words before those of the user: `python -m krausen`, or `python` and the path of a script."""
    own = list(whole[1 : len(whole) - len(words) + 1])
    if "-m" not in own and own:
        own[-1] = str(Path(own[-1]).absolute())
    return (executable, *own)
