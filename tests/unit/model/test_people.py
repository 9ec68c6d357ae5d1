import pytest

from krausen.model.people import Caller, UserRole


@pytest.mark.parametrize(
    ("adapters", "adapter", "may"),
    [
        (("*",), "anything", True),
        (("cellar",), "cellar", True),
        (("cellar", "attic"), "attic", True),
        (("cellar",), "Cellar", False),
        (("cellar",), "*", False),
        ((), "cellar", False),
    ],
)
def test_a_caller_writes_to_its_own_adapters_alone(adapters: tuple[str, ...], adapter: str, *, may: bool) -> None:
    caller = Caller(id="1", login="pi", name="Pi", role=UserRole.SENDER, adapters=adapters)
    assert caller.may_write(adapter) is may
