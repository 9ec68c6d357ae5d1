"""Ids that people may meet in addresses, made of the names they gave."""

import re
from collections.abc import Iterator
from unicodedata import normalize

LONGEST = 48
"""Characters of an id before its number, so that all of it stays within the 64 that an id may have."""
TRIES = 1000

_SPELLED = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "đ": "d", "ł": "l", "þ": "th"})


def ids_for(name: str, otherwise: str) -> Iterator[str]:
    """Give ids for a thing of this name, the best first; `otherwise` stands in where no letter is left."""
    plain = normalize("NFKD", name.casefold().translate(_SPELLED)).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or otherwise
    yield stem
    for number in range(2, TRIES):
        yield f"{stem}-{number}"
