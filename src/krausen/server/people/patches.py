"""What is to be another way about a person."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from krausen.model.people import User, UserRole
from krausen.server.people.fitness import check_user, composed


class UserPatch(Struct, frozen=True, kw_only=True):
    """What is to be another way about a person. Without a password one signs in by a key only."""

    login: str | UnsetType = UNSET
    name: str | UnsetType | None = UNSET
    role: UserRole | UnsetType = UNSET
    password: str | UnsetType | None = UNSET
    reason: Annotated[str, Meta(max_length=500, description="Why, for the journal.")] = ""


def changed_by(user: User, patch: UserPatch) -> User:
    """Give a person as a patch wants them, but with no new password yet. Raises Invalid."""
    login = user.login if patch.login is UNSET else composed(patch.login)
    name = user.name if patch.name is UNSET else patch.name or ""
    role = user.role if patch.role is UNSET else patch.role
    check_user(login, name, role, patch.password if patch.password is not UNSET else None)
    return replace(
        user,
        login=login,
        name=name or login,
        role=role,
        password_hash=None if patch.password is None else user.password_hash,
        revision=user.revision + 1,
    )
