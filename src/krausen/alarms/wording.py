"""Numbers as people read them: minus is U+2212, and a no-break space stands before the unit."""

from decimal import ROUND_HALF_UP, Decimal

_MINUS, _BLANK = "\u2212", "\u00a0"
_PARTS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def celsius(value_c: float) -> str:
    """Give a temperature or a difference, to a tenth: `18.5 °C`."""
    tenths = Decimal(repr(value_c)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{_MINUS if tenths < 0 else ''}{abs(tenths)}{_BLANK}°C"


def span(seconds: float) -> str:
    """Give how long something lasts, in two parts at most, without what is too small: `2 h 10 min`."""
    left, told = int(seconds), list[str]()
    for size, unit in _PARTS:
        count, left = divmod(left, size)
        if count and len(told) < 2 and (unit != "s" or not told):
            told.append(f"{count}{_BLANK}{unit}")
        elif told:
            break
    return " ".join(told) or f"0{_BLANK}s"


def listed(names: list[str]) -> str:
    """Give names as a list in a sentence, the first three of them: `A, B, C and 2 more`."""
    shown, more = names[:3], len(names) - 3
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([*([", ".join(shown[:-1])] if shown[:-1] else []), *shown[-1:]])
