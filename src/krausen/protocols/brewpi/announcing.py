"""How a controller of the ESP family announces itself by DNS-SD (RFC 6763).

After the source of that firmware and of the locator of Fermentrack's BrewPi script, which reads these keys.
"""

from collections.abc import Mapping

from krausen.protocols.brewpi.boards import ESP32, ESP32_C3, ESP32_S2, ESP8266

SERVICE = "_brewpi._tcp.local."
DEFAULT_PORT = 23
DRIVER = "brewpi"
"""The driver that speaks with what is announced."""

BOARDS: Mapping[str, str] = {
    ESP8266: "ESP8266",
    ESP32: "ESP32",
    ESP32_S2: "ESP32-S2",
    ESP32_C3: "ESP32-C3",
}
"""The names of boards in announcements, by their letters."""


def txt(letter: str, version: str, revision: str) -> dict[str, str]:
    """Give the TXT record of a board's announcement."""
    return {"board": BOARDS.get(letter, letter), "branch": "legacy", "version": version, "revision": revision}
