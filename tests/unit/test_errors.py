import pickle
import re
from inspect import isclass

import pytest

from krausen import errors
from krausen.errors import Fault, Invalid, KrausenError

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
        found = re.match(r"^ {4}([ │├└─]*)([A-Z]\w+)(?: {2,}.+)?$", line)
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
def test_every_failure_is_one_of_ours_and_says_what_it_was_given(kind: type[KrausenError]) -> None:
    failure = kind("The probe does not answer. Check its cable.")
    assert isinstance(failure, KrausenError)
    assert str(failure) == "The probe does not answer. Check its cable."
    assert kind.__doc__


def test_invalid_names_every_bad_field_also_after_a_journey() -> None:
    faults = [Fault("/value", "Too warm."), Fault("query:unit", "No such unit.")]
    failure = Invalid("Two things are wrong.", faults)
    assert failure.faults == tuple(faults)
    assert pickle.loads(pickle.dumps(failure)).faults == tuple(faults)  # noqa: S301 - our own bytes
    assert Invalid("Wrong.").faults == ()
