"""Where a server is, and how we prove to it who we are."""

from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import urlsplit

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Login:
    """A person's login and password. The password is not shown."""

    login: str
    password: str = field(repr=False)

    @property
    def basic(self) -> str:
        """The header of HTTP Basic (RFC 7617), in UTF-8."""
        return f"Basic {b64encode(f'{self.login}:{self.password}'.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a program. It is not shown."""

    text: str = field(repr=False)

    @property
    def bearer(self) -> str:
        """The header of a bearer token (RFC 6750)."""
        return f"Bearer {self.text}"


@dataclass(frozen=True, slots=True)
class Site:
    """The address of a server, without a slash at its end, and the proof for it."""

    url: str
    proof: Login | Token

    @property
    def api(self) -> str:
        """What the paths of all calls follow."""
        return self.url + API

    @property
    def live(self) -> str:
        """The address of the live channels."""
        return f"ws{self.api.removeprefix('http')}/live"

    @property
    def origin(self) -> str:
        """Scheme, host and port (RFC 6454)."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def site_of(url: str, login: str | None, password: str | None, token: str | None) -> Site:
    """Give the site of an address and a proof. Raises ValueError, which never shows password or token."""
    return Site(_address(url), _proof(login, password, token))


def _address(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise ValueError(
            f"This is no address of a server: {error}. One looks like http://brewery:8080."
        ) from error
    if parts.username is not None or parts.password is not None:
        raise ValueError(
            "Leave login and password out of the address: hand them over as login= and password=."
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ValueError(f"{url!r} is no address of a server. One looks like http://brewery:8080.")
    if parts.query or parts.fragment:
        raise ValueError(f"{url!r}: an address of a server has no ? and no #.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _proof(login: str | None, password: str | None, token: str | None) -> Login | Token:
    if token is not None and (login is not None or password is not None):
        raise ValueError("Give either token=, or login= and password=, not both.")
    if token is not None:
        return Token(_token(token))
    if login is None and password is None:
        raise ValueError("Give login= and password=, or token=: the server wants to know who sends.")
    if not login or not password:
        raise ValueError("login= and password= belong together, and neither may be empty.")
    if ":" in login or not (login + password).isprintable():
        raise ValueError("login= has no colon, and neither it nor password= has control characters.")
    return Login(login, password)


def _token(text: str) -> str:
    token = text.strip()
    if not token:
        raise ValueError("token= is empty: `krausen token create` makes one.")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise ValueError("token= has characters in it that no token has: copy it anew.")
    return token
