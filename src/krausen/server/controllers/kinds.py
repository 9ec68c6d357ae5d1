"""The kinds of controllers that this server knows, by their drivers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct, ValidationError, convert

from krausen.errors import Fault, Invalid
from krausen.model.controller import Controller, Found
from krausen.ports.controller import ControllerDriver
from krausen.server.algorithms import schema_of


class ControllerKindBody(Struct, frozen=True, kw_only=True):
    """A kind of controllers; `schema` is the JSON Schema (draft 2020-12) of what it is opened with."""

    name: str
    title: str
    schema: dict[str, Any]


class ControllerKinds:
    """Answers what can be asked of drivers of controllers without a controller."""

    def __init__(self, drivers: Mapping[str, ControllerDriver]) -> None:
        self._drivers = dict(sorted(drivers.items()))

    def all(self) -> list[ControllerKindBody]:
        """Give all kinds by name."""
        return [
            ControllerKindBody(name=name, title=driver.title, schema=schema_of(driver.settings))
            for name, driver in self._drivers.items()
        ]

    def driver(self, name: str) -> ControllerDriver:
        """Give a driver. Raises Invalid, with a fault at `/driver`."""
        try:
            return self._drivers[name]
        except KeyError:
            told = f"There is no driver {name}. There is: {', '.join(self._drivers) or 'none'}."
            raise Invalid(told, [Fault("/driver", told)]) from None

    def place(self, driver: str, settings: Mapping[str, object]) -> str:
        """Name the place where settings find a device. Raises Invalid, with faults at or in `/settings`."""
        known = self.driver(driver)
        try:
            return known.place(convert(settings, known.settings))
        except ValidationError as error:
            raise Invalid(str(error), [Fault("/settings", str(error))]) from error
        except Invalid as failure:
            faults = failure.faults or (Fault("", str(failure)),)
            told = [Fault(f"/settings{fault.where}", fault.message) for fault in faults]
            raise Invalid(str(failure), told) from failure

    def place_of(self, one: Controller | Found) -> str | None:
        """Name the place of a device, None where nobody knows it any more, or its settings are no good."""
        try:
            return self.place(one.driver, one.settings)
        except Invalid:
            return None


def is_on_a_network(place: str) -> bool:
    """Tell whether a place, such as `tcp://beer.local:23`, is the same device for whichever machine.

    Another one, such as `/dev/ttyACM0`, is another device on each.
    """
    try:
        return bool(urlsplit(place).hostname)
    except ValueError:
        return False
