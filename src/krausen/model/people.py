"""Who may do what."""

from enum import StrEnum

from msgspec import Struct


class UserRole(StrEnum):
    """What a person or program may do; each of the first three may do what those before it may."""

    VIEWER = "viewer"
    BREWER = "brewer"
    ADMIN = "admin"
    AGENT = "agent"
    SENDER = "sender"


_RANKS = {UserRole.VIEWER: 1, UserRole.BREWER: 2, UserRole.ADMIN: 3}


def rank(role: UserRole) -> int:
    """Give how far a role reaches among persons, from 1; 0 for programs that only report."""
    return _RANKS.get(role, 0)


class User(Struct, frozen=True, kw_only=True):
    """A person. The password is kept as an argon2 hash; None for one who cannot sign in by password."""

    id: str
    login: str
    name: str
    role: UserRole
    password_hash: str | None = None
    revision: int = 1


class Token(Struct, frozen=True, kw_only=True):
    """A program's proof, kept as its SHA-256. `adapters` it may write to, `*` is all. Times in UTC ms."""

    id: str
    title: str
    role: UserRole
    adapters: tuple[str, ...] = ("*",)
    digest: str
    expires_at: int | None = None
    created_at: int = 0


def own_keys(user: str) -> str:
    """Give what the keys of a person's own settings begin with; the person is named by id."""
    return f"user.{user}."


def is_for_agent(token: Token, name: str) -> bool:
    """Tell whether a token is the proof of this agent and of nobody else."""
    return token.role is UserRole.AGENT and token.adapters == (name,)


class Session(Struct, frozen=True, kw_only=True):
    """A signed-in browser, kept under the SHA-256 digest of its cookie. Times in UTC ms."""

    digest: str
    user: str
    created_at: int
    seen_at: int


class Caller(Struct, frozen=True, kw_only=True):
    """Who is asking, by name for the journal: a person, or the program that has a token."""

    id: str
    login: str
    name: str
    role: UserRole
    adapters: tuple[str, ...] = ("*",)
    is_person: bool = True

    def may_write(self, adapter: str) -> bool:
        """Tell whether this caller may store readings of an adapter."""
        return "*" in self.adapters or adapter in self.adapters


def at_least(caller: Caller, role: UserRole) -> bool:
    """Tell whether a caller may do what a role may: its own, or one of persons that reaches less far."""
    return caller.role is role or 0 < rank(role) <= rank(caller.role)
