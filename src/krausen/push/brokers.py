"""What targets that speak MQTT have in common: which broker it is, and who we are to it."""

from typing import Annotated

from msgspec import Meta, Struct

from krausen.ports.target import SECRET, Broker, Place


class AtBroker(Struct, frozen=True, kw_only=True):
    """The settings that lead to a broker; a target's own stand behind them."""

    host: Annotated[
        str, Meta(title="Broker", description="Its name or address.", min_length=1, max_length=253)
    ]
    port: Annotated[int, Meta(title="Port", description="Mostly 1883; with TLS 8883.", ge=1, le=65535)] = 1883
    tls: Annotated[bool, Meta(title="TLS", description="Encrypted, with a certificate that holds.")] = False
    login: Annotated[str, Meta(title="Login", max_length=200)] = ""
    password: Annotated[str, Meta(title="Password", max_length=200, extra_json_schema=SECRET)] = ""

    def broker(self, client: str, will: tuple[str, bytes] | None = None) -> Broker:
        """Give the broker, to which we are `client`, and which tells `will` when we are gone."""
        place = Place(host=self.host, port=self.port, tls=self.tls)
        return Broker(place=place, client=client, login=self.login, password=self.password, will=will)
