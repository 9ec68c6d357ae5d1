"""Their settings are ours, under names that begin with `maelstrom.setting.`.

Letters that no key of ours may have are written as `_` and two hexadecimal digits for every byte. Their logo
is that of the site as long as no other was chosen by them; their themes are files of their page, and mean
nothing elsewhere.
"""

import re
from collections.abc import Mapping

from krausen.doors.maelstrom.here import Here
from krausen.errors import Fault, Invalid
from krausen.protocols.maelstrom import SETTINGS, notice, settings_out

OURS = "maelstrom.setting."
LOGO, SITE_LOGO = "breweryLogo", "site.logo"
LONGEST = 128
"""Letters of a key."""
MOST = 1000
_PLAIN = re.compile(r"[A-Za-z0-9.-]", re.ASCII)
_ESCAPE = re.compile(rb"_([0-9a-f]{2})")


async def every(here: Here) -> dict[str, str]:
    """Give all settings by name."""
    found: dict[str, str] = {}
    async for item in here.items("/settings"):
        if item["key"].startswith(OURS) and isinstance(item["value"], str):
            found[name_of(item["key"])] = item["value"]
        elif item["key"] == SITE_LOGO and isinstance(item["value"], str):
            found.setdefault(LOGO, item["value"])
    return found


async def keep(here: Here, settings: Mapping[str, str]) -> None:
    """Keep settings, all or none, and tell who listens. Raises Invalid."""
    if len(settings) > MOST:
        raise Invalid(f"Send at most {MOST} settings at once.")
    items = [{"key": key_of(name), "value": value} for name, value in settings.items()]
    if items:
        await here.call("PUT", "/settings", {"items": items})
    here.site.pass_on(notice(SETTINGS, changed(settings)))


def changed(settings: Mapping[str, str]) -> dict[str, object]:
    """Give what is told of settings that changed."""
    return {"eventType": "change", "settings": settings_out(settings)}


def key_of(name: str) -> str:
    """Give our key for a name of theirs. Raises Invalid for one that is too long."""
    written = (letter if _PLAIN.fullmatch(letter) else _escaped(letter) for letter in name)
    key = OURS + "".join(written)
    if len(key) > LONGEST:
        told = f"The name {name[:40]}… is too long: at most {LONGEST - len(OURS)} plain letters are kept."
        raise Invalid(told, [Fault("/name", told)])
    return key


def name_of(key: str) -> str:
    """Give the name that a key of ours stands for."""
    written = key.removeprefix(OURS).encode()
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), written).decode(errors="replace")


def _escaped(letter: str) -> str:
    return "".join(f"_{byte:02x}" for byte in letter.encode(errors="replace"))
