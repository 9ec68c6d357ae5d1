import re
from inspect import isclass

import pytest

from krausen import errors
from krausen.errors import Fault, Invalid, KrausenError, Throttled

FAILURES = {
    name: kind
    for name, kind in vars(errors).items()
    if isclass(kind) and issubclass(kind, Exception) and kind.__module__ == errors.__name__
}


def drawn() -> dict[str, str | None]:
    """Each failure of the drawing at the top of the module, with the one it hangs on."""
    branches: list[tuple[int, str]] = []
    parents: dict[str, str | None] = {}
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^([ │├└─]*)([A-Z]\w+)(?: {2,}.+)?$", line)
        if found is None:
            continue
        depth, name = len(found[1]), found[2]
        branches = [(at, branch) for at, branch in branches if at < depth]
        parents[name] = branches[-1][1] if branches else None
        branches.append((depth, name))
    return parents


def test_the_tree_is_as_it_is_drawn() -> None:
    grown = {name: kind.__base__.__name__ if kind.__base__ else None for name, kind in FAILURES.items()}
    assert {**drawn(), "KrausenError": "Exception"} == grown


@pytest.mark.parametrize("kind", FAILURES.values(), ids=FAILURES.keys())
def test_every_failure_says_what_it_was_given(kind: type[KrausenError]) -> None:
    said = "The probe does not answer. Check its cable."
    failure = Throttled(said, 3) if kind is Throttled else kind(said)
    assert str(failure) == said
    assert kind.__doc__


def test_invalid_names_every_bad_field() -> None:
    faults = [Fault("/value", "Too warm."), Fault("query:unit", "No such unit.")]
    assert Invalid("Two things are wrong.", faults).faults == tuple(faults)
    assert Invalid("Wrong.").faults == ()


def test_throttled_says_when_to_try_again() -> None:
    assert Throttled("Too many tries.", retry_after_s=3).retry_after_s == 3
