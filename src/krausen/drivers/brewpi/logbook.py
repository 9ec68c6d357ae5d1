"""What a controller says unasked, in plain words, and none of it more often than people can bear."""

import re

from krausen.ports.controller import Said
from krausen.protocols.brewpi import log_texts
from krausen.protocols.brewpi.logs import Log, LogKind, Text
from krausen.protocols.brewpi.messages import Message
from krausen.protocols.brewpi.scalars import Unit
from krausen.protocols.brewpi.temperatures import Temperatures

AGAIN_S = 60.0
"""The same line is said again after this time; a loose probe would say it several times a second."""
MOST_REMEMBERED = 100
_LEVELS = {LogKind.ERROR: "error", LogKind.WARNING: "warning", LogKind.NOTE: "info"}
_SENTENCE = re.compile(r'[A-Z](?:(?!":)[ -~]){7,199}')
"""What a firmware prints for people, and no remains of a line that was cut."""


class Logbook:
    """Remembers what was said lately."""

    def __init__(self) -> None:
        self._lately: dict[str, float] = {}

    def lines(self, message: Message, unit: Unit, now_s: float) -> tuple[Said, ...]:
        """Give what is to be said of a message, nothing for what is no log line or was said lately."""
        return tuple(one for one in _said(message, unit) if self._is_new(one.text, now_s))

    def _is_new(self, text: str, now_s: float) -> bool:
        if now_s - self._lately.get(text, -AGAIN_S) < AGAIN_S:
            return False
        self._lately.pop(text, None)
        self._lately[text] = now_s
        if len(self._lately) > MOST_REMEMBERED:
            del self._lately[next(iter(self._lately))]
        return True


def _said(message: Message, unit: Unit) -> tuple[Said, ...]:
    match message:
        case Log():
            return (Said(log_texts.words(message, unit), _LEVELS[message.kind]),)
        case Temperatures():
            return tuple(Said(note) for note in (message.beer_note, message.fridge_note) if note)
        case Text() if _SENTENCE.fullmatch(message.text):
            return (Said(message.text),)
        case _:
            return ()
