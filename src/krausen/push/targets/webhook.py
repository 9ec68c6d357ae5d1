"""A webhook: any address, told of each vessel and hydrometer in JSON of your own shape.

The body is a template of JSON; `{{temperature}}` in one of its strings stands for the temperature of the
beer, `{{vessel.chamber}}` for one of the vessel's own values. `{{key}}` stands for the secret, in headers,
address and body. Any status of success counts as taken.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal
from urllib.parse import quote

from msgspec import Meta, Struct

from krausen.ports.target import SECRET, Courier, Post, PushTarget, Shipment, judged
from krausen.push.placeholders import NAMES, scenes
from krausen.push.requests import JSON
from krausen.push.template import Scalar, check, check_json, filled, filled_json

BODY: Final = """{
  "name": "{{name}}",
  "batch": "{{batch}}",
  "time": "{{time}}",
  "temperature": "{{temperature}}",
  "target": "{{target}}",
  "gravity": "{{gravity}}"
}"""

_KEY: Final = frozenset({"key"})
_HEADER: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e]*)")


class Settings(Struct, frozen=True, kw_only=True):
    """Where it goes, and what it says."""

    url: Annotated[
        str,
        Meta(
            title="Address",
            description="Placeholders may stand behind the host: https://HOST/in?name={{name}}",
            pattern=r"^https?://[^\s/?#{}]+(?:[/?#]\S*)?$",
            max_length=1000,
        ),
    ]
    method: Annotated[Literal["POST", "PUT", "PATCH", "GET"], Meta(title="Method")] = "POST"
    key: Annotated[
        str,
        Meta(
            title="Secret",
            description="Write {{key}} where it belongs; it is never shown",
            pattern=r"^[\x21-\x7e]*$",
            max_length=1000,
            extra_json_schema=SECRET,
        ),
    ] = ""
    headers: Annotated[
        str,
        Meta(
            title="Headers",
            description="One a line, such as Authorization: Bearer {{key}}",
            max_length=2000,
        ),
    ] = ""
    body: Annotated[
        str,
        Meta(
            title="Body",
            description='JSON with placeholders between quotes, such as {"temp": "{{temperature}}"}; '
            "what is unknown is left out",
            max_length=8000,
        ),
    ] = BODY

    def __post_init__(self) -> None:
        check(self.url, NAMES)
        check(self.headers, _KEY)
        check_json(self.body, NAMES)
        for line in self.headers.splitlines():
            if line.strip() and _HEADER.fullmatch(line.strip()) is None:
                raise ValueError(f"{line.strip()} is no header: write it like Name: value.")


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Tell of each device of which anything is known. Raises TargetBusy, TargetRefused."""
    for values in scenes(shipment):
        judged(await courier.request(post_of(settings, values)), shipment.now)


def post_of(settings: Settings, values: Mapping[str, Scalar]) -> Post:
    """Give the request in which placeholders stand for values."""
    every = {**values, "key": settings.key}
    has_body = settings.method != "GET"
    headers = dict(JSON) if has_body else {}
    for line in filter(None, map(str.strip, settings.headers.splitlines())):
        name, _, value = filled(line, every).partition(":")
        headers = {one: held for one, held in headers.items() if one.lower() != name.lower()}
        headers[name] = value.strip()
    return Post(
        url=filled(settings.url, every, lambda text: quote(text, safe="")),
        body=filled_json(settings.body, every) if has_body else b"",
        method=settings.method,
        headers=headers,
    )


TARGET = PushTarget(
    name="webhook",
    title="Webhook with a template",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    usual_s=60.0,
    by_device=True,
    again_harmless=False,
)
