import pytest

from krausen.model.people import Caller, Token, UserRole, at_least, is_for_agent, own_keys, rank


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
def test_a_caller_writes_to_its_own_adapters_alone(
    adapters: tuple[str, ...], adapter: str, *, may: bool
) -> None:
    caller = Caller(id="1", login="pi", name="Pi", role=UserRole.SENDER, adapters=adapters)
    assert caller.may_write(adapter) is may


PERSONS = [UserRole.VIEWER, UserRole.BREWER, UserRole.ADMIN]
PROGRAMS = [UserRole.AGENT, UserRole.SENDER]


def caller(role: UserRole) -> Caller:
    return Caller(id="1", login="ada", name="Ada", role=role)


def test_there_are_persons_and_programs_and_nobody_else() -> None:
    assert set(UserRole) == {*PERSONS, *PROGRAMS}


@pytest.mark.parametrize("role", PERSONS)
def test_a_person_may_do_what_those_before_it_may(role: UserRole) -> None:
    reach = [at_least(caller(role), asked) for asked in PERSONS]
    assert reach == [PERSONS.index(asked) <= PERSONS.index(role) for asked in PERSONS]
    assert rank(role) == PERSONS.index(role) + 1


@pytest.mark.parametrize("role", PROGRAMS)
def test_a_program_may_do_its_own_work_alone_and_nobody_else_may(role: UserRole) -> None:
    assert [asked for asked in UserRole if at_least(caller(role), asked)] == [role]
    assert [one for one in UserRole if at_least(caller(one), role)] == [role]
    assert rank(role) == 0


def test_own_settings_begin_with_the_person() -> None:
    assert own_keys("ada") == "user.ada."


@pytest.mark.parametrize(
    ("role", "adapters", "is_its"),
    [
        (UserRole.AGENT, ("pi",), True),
        (UserRole.AGENT, ("pi", "attic"), False),
        (UserRole.AGENT, ("*",), False),
        (UserRole.SENDER, ("pi",), False),
    ],
)
def test_a_token_is_for_an_agent_when_it_is_for_nobody_else(
    role: UserRole, adapters: tuple[str, ...], *, is_its: bool
) -> None:
    token = Token(id="t", title="Pi", role=role, adapters=adapters, digest="00")
    assert is_for_agent(token, "pi") is is_its
