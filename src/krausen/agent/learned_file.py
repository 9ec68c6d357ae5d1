"""What was learned of vessels as it is kept beside the hardware, from one start of the agent to the next."""

from contextlib import suppress

import structlog
from msgspec import Struct, json

from krausen.agent.documents import understood
from krausen.control.learning.keeping import believed
from krausen.errors import Invalid, StorageAway
from krausen.model.learned import Learned
from krausen.ports.notebook import Notebook

log = structlog.get_logger()


class Entry(Struct, frozen=True):
    """What was learned of a vessel, None for nothing, as it stood at `at` (UTC milliseconds).

    `revision` is that of the wish of people which was taken last, 0 without any.
    """

    learned: Learned | None = None
    at: int = 0
    revision: int = 0


class _Document(Struct, frozen=True):
    vessels: dict[str, Entry]


_decoder = json.Decoder(_Document)


class LearnedFile:
    """The document of all entries, by vessel; without a notebook there is none, and nothing is kept."""

    def __init__(self, notebook: Notebook | None) -> None:
        self._notebook = notebook
        self._written: dict[str, Entry] = {}
        self._is_unread = self._is_away = False

    async def read(self) -> dict[str, Entry]:
        """Give the entries that are understood; if some are not, that is said and the document set aside."""
        if self._notebook is None:
            return {}
        try:
            document = await self._notebook.read()
        except StorageAway as error:
            self._is_unread = True
            log.error("learned.unread", detail=f"Vessels learn anew until it can be read. {error}")
            return {}
        entries, flaws = ({}, []) if document is None else _sifted(document)
        if flaws:
            detail = f"Vessels of which it told learn anew; it was set aside. {' '.join(flaws)}"
            log.error("learned.damaged", detail=detail)
            with suppress(StorageAway):  # then it is written over, as it could not be read
                await self._notebook.set_aside()
        else:
            self._written = entries
        return entries

    async def write(self, entries: dict[str, Entry]) -> None:
        """Put entries in place of those before; where the disk refuses, that is said once."""
        if self._notebook is None or entries == self._written:
            return
        try:
            if self._is_unread:
                await self._notebook.set_aside()
                self._is_unread = False
            await self._notebook.write(json.encode(_Document(entries)))
        except StorageAway as error:
            if not self._is_away:
                log.error("learned.not_kept", detail=f"What vessels learn is written down later. {error}")
            self._is_away = True
        else:
            self._written, self._is_away = entries, False


def flaws_of(document: bytes) -> list[str]:
    """Say what speaks against a document, in sentences; nothing where all of it is understood."""
    return _sifted(document)[1]


def against(learned: Learned | None) -> str:
    """Say why something cannot have been learned; empty where it can."""
    try:
        if learned is not None:
            believed(learned)
    except Invalid as invalid:
        return str(invalid)
    return ""


def _sifted(document: bytes) -> tuple[dict[str, Entry], list[str]]:
    """Give the entries that are understood, and what speaks against the others."""
    try:
        found = understood(_decoder, document).vessels
    except Invalid as invalid:
        return {}, [str(invalid)]
    why = {vessel: against(entry.learned) for vessel, entry in found.items()}
    sound = {vessel: entry for vessel, entry in found.items() if not why[vessel]}
    return sound, [f"{vessel}: {said}" for vessel, said in why.items() if said]
