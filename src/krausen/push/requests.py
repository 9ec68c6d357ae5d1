"""What requests to services of the web have in common: their address, who asks, and the kind of the body."""

from base64 import b64encode
from typing import Annotated, Final

from msgspec import Meta

from krausen.ports.target import SECRET

Address = Annotated[str, Meta(pattern=r"^https?://[^\s/]\S*$", max_length=500)]
"""The setting for where a service is."""
Key = Annotated[str, Meta(pattern=r"^\S*$", max_length=100, extra_json_schema=SECRET)]
"""The setting for a key that a service gave us."""
JSON: Final = {"Content-Type": "application/json"}
"""The headers of a body in JSON."""


def proof(token: str, login: str, password: str, *, scheme: str = "Bearer") -> dict[str, str]:
    """Give the headers that say who asks: by the token if there is one, else by the login, else none.

    See RFC 7617 for the login and RFC 6750 for the token, which some services want under another `scheme`.
    """
    if token:
        return {"Authorization": f"{scheme} {token}"}
    if login:
        pair = f"{login}:{password}".encode()
        return {"Authorization": f"Basic {b64encode(pair).decode()}"}
    return {}
