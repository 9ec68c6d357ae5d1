"""What may be a login, a name, a password, a token. Checks raise Invalid, which names every bad field."""

from collections.abc import Iterator, Sequence
from unicodedata import normalize

from krausen.errors import Fault, Invalid
from krausen.model.people import UserRole, rank
from krausen.model.series import is_name

LOGIN_LONGEST = 64
PASSWORD_SHORTEST = 8
PASSWORD_LONGEST = 1000

_LOGIN = Fault("/login", f"A login has 1 to {LOGIN_LONGEST} printable characters, no space and no colon.")
_NAME = Fault("/name", "A name has at most 128 printable characters.")
_ROLE = Fault("/role", "A person is a viewer, a brewer or an admin.")
_PASSWORD = Fault("/password", f"A password has {PASSWORD_SHORTEST} to {PASSWORD_LONGEST} characters.")
_TITLE = Fault("/title", "A title has 1 to 128 printable characters.")
_ADAPTERS = Fault("/adapters", "A token that writes names at least one adapter, or * for all.")
_EXPIRES = Fault("/expires_at", "A token expires in the future.")


def composed(login: str) -> str:
    """Give a login in Unicode's composed form, so that it does not depend on the keyboard."""
    return normalize("NFC", login)


def is_login(text: str) -> bool:
    """Tell whether a text may be a login; a colon ends it in HTTP Basic (RFC 7617)."""
    return 1 <= len(text) <= LOGIN_LONGEST and text.isprintable() and not set(text) & set(" :")


def check_user(login: str, name: str, role: UserRole, password: str | None) -> None:
    """Check what is to become a person."""
    faults = [] if is_login(login) else [_LOGIN]
    if name and not is_name(name):
        faults.append(_NAME)
    if not rank(role):
        faults.append(_ROLE)
    if password is not None and not _is_password(password):
        faults.append(_PASSWORD)
    _refuse(faults, "This person cannot be added.")


def check_password(password: str) -> None:
    """Check what is to become a password."""
    _refuse([] if _is_password(password) else [_PASSWORD], _PASSWORD.message)


def check_token(title: str, adapters: Sequence[str], expires_at: int | None, now: int) -> None:
    """Check what is to become a token."""
    _refuse(list(_token_faults(title, adapters, expires_at, now)), "This token cannot be made.")


def _token_faults(title: str, adapters: Sequence[str], expires_at: int | None, now: int) -> Iterator[Fault]:
    if not is_name(title):
        yield _TITLE
    if not adapters:
        yield _ADAPTERS
    for place, adapter in enumerate(adapters):
        if not is_name(adapter):
            yield Fault(f"/adapters/{place}", "The name of an adapter has 1 to 128 printable characters.")
    if expires_at is not None and expires_at <= now:
        yield _EXPIRES


def _is_password(text: str) -> bool:
    return PASSWORD_SHORTEST <= len(text) <= PASSWORD_LONGEST


def _refuse(faults: Sequence[Fault], detail: str) -> None:
    if faults:
        raise Invalid(detail, faults)
