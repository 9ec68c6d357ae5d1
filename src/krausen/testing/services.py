"""Imitations of brewing services: they take what the real ones take, keep their limits, and answer like them.

Each is told the time with every request. `taken` is what it keeps, `broken` says in words which of its rules
were broken; a sender that knows the service breaks none.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from krausen.ports.target import Post, Reply

Check = Callable[[Any], bool]
Answering = Callable[[Post], Reply]

QUARTER_S: Final = 900.0
PAGE: Final = b"<!DOCTYPE html><html><body>Welcome to Hotel Continental. Accept our terms.</body></html>"


def number(low: float, high: float) -> Check:
    """Give a check for a number between two others."""
    return lambda value: type(value) in (int, float) and low <= value <= high


def text(value: object) -> bool:
    """Tell whether a value is a text with something in it."""
    return isinstance(value, str) and bool(value)


def one_of(*words: str) -> Check:
    """Give a check for a word."""
    return lambda value: value in words


TEMPERATURE: Final = number(-40.0, 250.0)
EXTRACT: Final = number(-5.0, 45.0)
"""Of a wort, in SG or °Plato; a zero is one that nobody measured, which `Service.fields` looks after."""
STREAM: Final[Mapping[str, Check]] = {
    "name": text,
    "report_source": text,
    "device_source": text,
    "beer": text,
    "comment": text,
    "gravity": EXTRACT,
    "gravity_unit": one_of("G", "P"),
    "temp": TEMPERATURE,
    "temp_target": TEMPERATURE,
    "temp_unit": one_of("C", "F"),
    "battery": number(0.1, 20.0),
    "angle": number(0.0, 90.0),
}


class Service:
    """What all have in common: an address, a memory, and a pace for each device."""

    fields: Mapping[str, Check] = {}
    required: frozenset[str] = frozenset()
    least_s: float = QUARTER_S

    def __init__(self, address: str) -> None:
        self.address = address
        self.taken: list[tuple[int, Mapping[str, Any]]] = []
        self.broken: list[str] = []
        self._last: dict[str, int] = {}

    def answer(self, post: Post, now: int) -> Reply:
        """Answer a request at an instant, UTC milliseconds."""
        if post.url != self.address:
            return Reply(status=404, body=b"Not Found")
        body = self._read(post)
        if body is None:
            self.broken.append(f"cannot be read: {post.body!r}")
            return self._bad("it cannot be read")
        faults = list(self._faults(body))
        if faults:
            self.broken += faults
            return self._bad(", ".join(faults))
        return self._judge(self._device(body), body, now)

    def _read(self, post: Post) -> dict[str, Any] | None:
        if post.method != "POST" or post.headers.get("Content-Type") != "application/json":
            return None
        try:
            return msgspec.json.decode(post.body, type=dict[str, Any])
        except msgspec.DecodeError:
            return None

    def _faults(self, body: Mapping[str, Any]) -> list[str]:
        missing = [f"{name} is missing" for name in sorted(self.required - set(body))]
        unknown = [f"{name} is not known" for name in sorted(set(body) - set(self.fields))]
        wrong = [
            f"{name} cannot be {value!r}"
            for name, value in body.items()
            if name in self.fields and not self.fields[name](value)
        ]
        return missing + unknown + wrong

    def _device(self, body: Mapping[str, Any]) -> str:
        return str(body.get("name", ""))

    def _judge(self, device: str, body: Mapping[str, Any], now: int) -> Reply:
        wait_s = self._wait_s(device, now)
        if wait_s > 0.0:
            self.broken.append(f"{device} came {wait_s:g} s early")
            return self._early(wait_s)
        self._last[device] = now
        self.taken.append((now, body))
        return self._fine()

    def _wait_s(self, device: str, now: int) -> float:
        last = self._last.get(device)
        return 0.0 if last is None else self.least_s - (now - last) / 1000.0

    def _fine(self) -> Reply:
        return Reply(status=200)

    def _bad(self, why: str) -> Reply:
        return Reply(status=400, body=why.encode())

    def _early(self, _: float) -> Reply:
        return Reply(status=429)


class BrewersFriend(Service):
    """Brewer's Friend's device stream, as documented: one report in 15 minutes of each device."""

    fields: Mapping[str, Check] = {
        **STREAM,
        "ambient": TEMPERATURE,
        "heat_state": one_of("heating", "cooling", "off"),
        "RSSI": number(-130.0, 0.0),
    }
    required = frozenset({"name"})

    def __init__(self, key: str) -> None:
        super().__init__(f"https://log.brewersfriend.com/stream/{key}")

    def answer(self, post: Post, now: int) -> Reply:
        """Answer a request at an instant, UTC milliseconds."""
        if post.url.startswith("https://log.brewersfriend.com/stream/") and post.url != self.address:
            return _json(401, message="unauthorized", detail="invalid api key")
        return super().answer(post, now)

    def _fine(self) -> Reply:
        return _json(200, message="success", detail=f"Saved {len(self.taken):024x}")

    def _bad(self, why: str) -> Reply:
        return _json(400, message="failure", detail=why)

    def _early(self, _: float) -> Reply:
        return _json(429, message="rate-limit", detail="one request every 15 minutes")


class Brewfather(Service):
    """Brewfather's custom stream: it answers all alike, and ignores what comes too soon."""

    fields: Mapping[str, Check] = {
        **STREAM,
        "aux_temp": TEMPERATURE,
        "ext_temp": TEMPERATURE,
        "device_state": one_of("heating", "cooling", "off", "on"),
        "rssi": number(-130.0, 0.0),
    }
    required = frozenset({"name"})

    def __init__(self, id: str) -> None:
        super().__init__(f"https://log.brewfather.net/stream?id={id}")

    def _faults(self, body: Mapping[str, Any]) -> list[str]:
        has_value = {"temp", "aux_temp", "ext_temp", "gravity"} & set(body)
        return [*super()._faults(body), *([] if has_value else ["no value at all"])]

    def _bad(self, _: str) -> Reply:
        return self._fine()

    def _early(self, _: float) -> Reply:
        return self._fine()


class Grainfather(Service):
    """A device of the Grainfather community, in one of its three forms."""

    FORMS: Final[Mapping[str, Mapping[str, Check]]] = {
        "ispindel": {
            "report_source": text,
            "name": lambda value: text(value) and value.endswith(",SG"),
            "token": text,
            "ID": number(1, 1e9),
            "interval": number(1, 1e6),
            "gravity": number(0.9, 1.3),
            "temperature": number(-10.0, 60.0),
            "temp_units": one_of("C", "F", "K"),
            "angle": number(0.0, 90.0),
            "battery": number(0.1, 20.0),
            "RSSI": number(-130.0, 0.0),
        },
        "tilt": {"SG": number(0.9, 1.3), "Temp": number(14.0, 140.0)},
        "custom": {
            "specific_gravity": number(0.9, 1.3),
            "temperature": number(-10.0, 60.0),
            "unit": one_of("celsius"),
            "bpm": number(0, 1e4),
        },
    }

    def __init__(self, slug: str, form: str) -> None:
        super().__init__(f"https://community.grainfather.com/iot/{slug}/{form}")
        self.fields = self.FORMS[form]
        self.required = {
            "ispindel": frozenset({"name", "gravity"}),
            "tilt": frozenset({"SG", "Temp"}),
            "custom": frozenset({"specific_gravity", "temperature", "unit"}),
        }[form]
        self._is_tilt = form == "tilt"

    def _device(self, _: Mapping[str, Any]) -> str:
        return self.address

    def _fine(self) -> Reply:
        return Reply(status=201 if self._is_tilt else 200)

    def _bad(self, why: str) -> Reply:
        return _json(422, message="The given data was invalid.", errors=why)

    def _early(self, wait_s: float) -> Reply:
        return Reply(status=429, body=b"Too Many Attempts.", headers={"retry-after": f"{wait_s:.0f}"})


class LittleBock(Service):
    """A hydrometer of Little Bock, which is attached to a brew or not."""

    fields: Mapping[str, Check] = {
        "temperature": number(-10.0, 60.0),
        "gravity": number(0.9, 1.3),
        "battery": number(0.1, 20.0),
    }
    required = frozenset({"gravity"})

    def __init__(self, path: str) -> None:
        super().__init__(f"http://www.littlebock.fr/api/log/ispindle/{path}")
        self.is_attached = True

    def _judge(self, device: str, body: Mapping[str, Any], now: int) -> Reply:
        if not self.is_attached:
            return _json(200, success=False, message="Device not attached to a brew session")
        return super()._judge(device, body, now)

    def _fine(self) -> Reply:
        return _json(201, success=True, message="ok")


class Taplist(Service):
    """The webhook of Taplist.io for Tilt hydrometers."""

    fields: Mapping[str, Check] = {
        "Color": text,
        "SG": number(0.9, 1.3),
        "gravity_unit": one_of("G"),
        "Temp": TEMPERATURE,
        "temperature_unit": one_of("C", "F"),
    }
    required = frozenset({"Color", "SG"})
    least_s = 300.0

    def _device(self, body: Mapping[str, Any]) -> str:
        return str(body["Color"])


class ThingSpeak(Service):
    """A channel of ThingSpeak: its pace is that of the channel, and an entry that it does not make is a 0."""

    fields: Mapping[str, Check] = {
        "api_key": text,
        **{f"field{n}": lambda value: value not in ("", None) for n in range(1, 9)},
    }
    required = frozenset({"api_key"})
    least_s = 15.0

    def __init__(self, key: str) -> None:
        super().__init__("https://api.thingspeak.com/update.json")
        self._key = key

    def _device(self, body: Mapping[str, Any]) -> str:
        return str(body["api_key"])

    def _judge(self, device: str, body: Mapping[str, Any], now: int) -> Reply:
        if device != self._key:
            return _json(401, status="401", error={"error_code": "error_auth_required"})
        return super()._judge(device, body, now)

    def _fine(self) -> Reply:
        return _json(200, channel_id=1, entry_id=len(self.taken))

    def _early(self, _: float) -> Reply:
        return Reply(status=200, body=b"0")


class TiltScript(Service):
    """Baron Brew's script in Google Sheets, whose answer waits at another address."""

    fields: Mapping[str, Check] = {
        "Beer": text,
        "SG": number(0.9, 1.3),
        "Temp": number(14.0, 140.0),
        "Color": text,
        "Comment": lambda value: isinstance(value, str),
        "Email": text,
        "tzOffset": number(-12, 14),
    }
    required = frozenset({"Beer", "SG", "Color"})
    least_s = 600.0

    def __init__(self, id: str) -> None:
        super().__init__(f"https://script.google.com/macros/s/{id}/exec")
        self.answers = f"https://script.googleusercontent.com/macros/echo?user={id}"

    def answer(self, post: Post, now: int) -> Reply:
        """Answer a request at an instant, UTC milliseconds."""
        if post.url == self.answers and self.taken:
            body = self.taken[-1][1]
            return _json(
                200, result="success", beername=body["Beer"], tiltcolor=body["Color"], doclongurl="https://…"
            )
        return super().answer(post, now)

    def _device(self, body: Mapping[str, Any]) -> str:
        return str(body["Color"])

    def _fine(self) -> Reply:
        return Reply(status=302, headers={"location": self.answers})


class BrewStatus(Service):
    """BrewStatus: a form, with the local time in days."""

    fields: Mapping[str, Check] = {
        "SG": lambda value: 0.9 <= float(value) <= 1.3,
        "Temp": lambda value: 14.0 <= float(value) <= 140.0,
        "Color": text,
        "Timepoint": lambda value: len(value.partition(".")[2]) == 11,
        "Beer": text,
        "Comment": lambda value: isinstance(value, str),
    }
    required = frozenset({"SG", "Color", "Timepoint", "Beer", "Comment"})
    least_s = 30.0

    def _read(self, post: Post) -> dict[str, Any] | None:
        if post.headers.get("Content-Type") != "application/x-www-form-urlencoded":
            return None
        return dict(parse_qsl(post.body.decode(), keep_blank_values=True))

    def _device(self, body: Mapping[str, Any]) -> str:
        return str(body["Color"])


def answering(service: Service, now: Callable[[], int]) -> Answering:
    """Let a service answer what a courier carries, which follows redirects where it is asked to."""

    def answer(post: Post) -> Reply:
        reply = service.answer(post, now())
        to = reply.headers.get("location")
        if post.follow and to and urlsplit(to).scheme == "https":
            return service.answer(Post(url=to, method="GET"), now())
        return reply

    return answer


def _json(code: int, /, **body: object) -> Reply:
    return Reply(status=code, body=msgspec.json.encode(body), headers={"content-type": "application/json"})
