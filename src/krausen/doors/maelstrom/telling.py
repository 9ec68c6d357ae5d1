"""What is said in our live channels, in their words."""

from collections.abc import Mapping
from typing import Any

from krausen.doors.maelstrom import appsettings, boards, profiles
from krausen.doors.maelstrom.here import BOARD, NAME, PROFILE, RULE, Here
from krausen.errors import NotFound
from krausen.ports.door import Heard, Hearing
from krausen.protocols.maelstrom import BOARDS, CHANNELS, NOTICES, PROFILES, SETTINGS, degrees, notice

CHANGES = "changes"
CHAMBER = 1
"""Every vessel stands in a chamber of its own."""
OPEN = frozenset({"unacknowledged", "returned"})
"""States of an alarm that nobody has acknowledged."""
SETPOINTS = {"setpoint_beer": "beerSet", "setpoint_chamber": "fridgeSet"}
"""The series of a vessel that say what is aimed at, and their names for it."""

Envelope = Mapping[str, str]


class Telling:
    """Translates for one listener, and knows meanwhile what translating takes."""

    def __init__(self, here: Here) -> None:
        self._here = here
        self._numbers: dict[str, int] | None = None
        self._profiles: dict[str, str] = {}
        self._aims: dict[tuple[str, str], str] = {}
        self._values: dict[str, float] = {}

    async def present(self) -> list[Envelope]:
        """Tell how every vessel stands."""
        vessels = [vessel async for vessel in self._here.items("/vessels")]
        rooms = {vessel["roles"].get("ambient") for vessel in vessels}
        async for latest in self._here.items("/series/latest"):
            if latest["adapter"] == "krausen" and latest["metric"] in SETPOINTS:
                self._aims[latest["node"], latest["metric"]] = latest["id"]
                self._values[latest["id"]] = latest["v"]
            elif latest["id"] in rooms:
                self._values[latest["id"]] = latest["v"]
        return [await self._vessel(vessel) for vessel in vessels]

    async def told(self, heard: Heard) -> list[Envelope]:
        """Give what a message becomes; nothing for what they have no words for."""
        if heard.channel == "":
            return [heard.message]
        if heard.by:
            return [] if heard.by == NAME else [published(heard)]
        match heard.channel:
            case "data":
                return await self._data(heard.message)
            case "alarms":
                return await self._alarm(heard.message)
            case "logs":
                return [_log(heard.message)]
            case "changes":
                return await self._change(heard.message)
        return []

    async def _data(self, message: dict[str, Any]) -> list[Envelope]:
        for reading in message.get("readings", ()):
            if reading["series"] in self._values and reading.get("quality") != "bad":
                self._values[reading["series"]] = reading["v"]
        return [await self._vessel(message["vessel"])] if "vessel" in message else []

    async def _vessel(self, vessel: dict[str, Any]) -> Envelope:
        accepted, observed = vessel["accepted"], vessel["observed"]
        room = self._values.get(vessel["roles"].get("ambient", ""))
        payload: dict[str, Any] = {
            "controllerId": await self._number(vessel["id"]),
            "controllerName": vessel["name"],
            "fridge": self._degrees(observed["chamber"]),
            "beer": self._degrees(observed["beer"]),
            "room": self._degrees(room),
            **{name: self._aim(vessel, metric) for metric, name in SETPOINTS.items()},
            "status": _status(vessel),
        }
        if accepted["mode"] == "profile" and accepted["profile"] is not None:
            payload["profile"] = await self._profile(accepted["profile"])
        return notice("data", payload)

    def _aim(self, vessel: dict[str, Any], metric: str) -> float | None:
        accepted = vessel["accepted"]
        if accepted["mode"] == "off":
            return None
        wished = metric.endswith(accepted["mode"])
        found = self._values.get(self._aims.get((vessel["id"], metric), ""))
        value_c = accepted["value"] if wished else found
        return None if value_c is None else round(self._here.theirs(value_c), 2)

    def _degrees(self, value_c: float | None) -> str:
        return degrees(None if value_c is None else self._here.theirs(value_c))

    async def _number(self, vessel: str) -> int:
        if self._numbers is None:
            self._numbers = await boards.numbers_of_vessels(self._here)
        held = self._numbers.get(vessel)
        return await self._here.site.number(BOARD, f"vessel/{vessel}") if held is None else held

    async def _profile(self, id: str) -> str:
        if id not in self._profiles:
            status, said = await self._here.site.ask("GET", f"/profiles/{id}")
            self._profiles[id] = said["name"] if status < 400 else id
        return self._profiles[id]

    async def _alarm(self, message: dict[str, Any]) -> list[Envelope]:
        alarm = message["alarm"]
        if message["event"] == "acknowledged":
            # Theirs is one flag for all alarms, so that it falls only when nothing is left to be seen.
            left = [one async for one in self._here.items("/alarms") if one["state"] in OPEN]
            return [] if left else [notice("alarms", {"acknowledge": True})]
        if message["event"] != "raised":
            return []
        source = "system"
        if alarm["vessel"]:
            source = f"controller_{await self._number(alarm['vessel'])}::chamber_{CHAMBER}"
        code = await self._here.site.number(RULE, alarm["rule"])
        said = ". ".join(filter(None, (alarm["title"].rstrip("."), alarm["detail"])))
        return [notice("alarms", {"alarms": [{"source": source, "code": code, "msg": said}]})]

    async def _change(self, change: dict[str, Any]) -> list[Envelope]:
        self._forget(change["what"])
        if change["by"] == NAME:  # which has told of it already, and better
            return []
        match change["what"]:
            case "profile":
                return await self._profile_changed(change)
            case "setting":
                return await self._setting_changed(change["id"])
            case "controller":
                return await self._board_changed(change)
        return []

    def _forget(self, what: str) -> None:
        if what in {"controller", "vessel"}:
            self._numbers = None
        if what == "profile":
            self._profiles.clear()

    async def _profile_changed(self, change: dict[str, Any]) -> list[Envelope]:
        number = await self._here.site.number(PROFILE, change["id"])
        if change["action"] == "deleted":
            return [notice(PROFILES, {"eventType": "delete", "profileId": number})]
        try:
            profile = await profiles.one(self._here, number)
        except NotFound:  # gone meanwhile, which is told next
            return []
        return [notice(PROFILES, {"eventType": _event(change), "profile": profile})]

    async def _setting_changed(self, key: str) -> list[Envelope]:
        if not key.startswith(appsettings.OURS) and key != appsettings.SITE_LOGO:
            return []
        name = appsettings.LOGO if key == appsettings.SITE_LOGO else appsettings.name_of(key)
        found = await appsettings.every(self._here)
        return [notice(SETTINGS, appsettings.changed({name: found.get(name, "")}))]

    async def _board_changed(self, change: dict[str, Any]) -> list[Envelope]:
        number = await self._here.site.number(BOARD, boards.CONTROLLER + change["id"])
        if change["action"] == "deleted":
            return [notice(BOARDS, {"eventType": "delete", "controllerId": number})]
        try:
            board = await boards.one(self._here, number)
        except NotFound:
            return []
        return [notice(BOARDS, {"eventType": _event(change), "controller": board})]


def listen(hearing: Hearing, wanted: set[str]) -> None:
    """Hear of our channels what these of theirs are made of."""
    ours = {channel for channel in CHANNELS if channel in wanted}
    if wanted & {*NOTICES, "data"}:
        ours.add(CHANGES)
    hearing.subscribe(sorted(ours))
    hearing.unsubscribe(sorted({*CHANNELS, CHANGES} - ours))


def published(heard: Heard) -> Envelope:
    """Give what somebody else published, as it is where it has their form."""
    message = heard.message
    if isinstance(message, dict) and "payload" in message:
        return {"channel": heard.channel, "data": notice(heard.channel, message["payload"])["data"]}
    return notice(heard.channel, message)


def _log(line: dict[str, Any]) -> Envelope:
    entry = {"source": line["source"], "msg": line["text"], "time": line["time"]}
    return notice("logs", {"entries": [entry]})


def _status(vessel: dict[str, Any]) -> str:
    """Say what a vessel does, as short as the display of a BrewPi would."""
    observed = vessel["observed"]
    if observed["stale"]:
        return "No news"
    return "Heating" if observed["heat"] else "Cooling" if observed["cool"] else "Idle"


def _event(change: dict[str, Any]) -> str:
    return "create" if change["action"] == "created" else "update"
