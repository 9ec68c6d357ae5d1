"""A catalog in memory."""

from collections.abc import Sequence
from typing import TypeVar

from anyio.lowlevel import checkpoint
from msgspec import json
from msgspec.structs import replace

from krausen.errors import NotFound, Stale, StorageAway
from krausen.model.batch import Batch, BatchEvent
from krausen.model.journal import JournalEntry
from krausen.model.people import Session, Token, User
from krausen.model.setpoint import Answer, AnswerState, Setpoint
from krausen.model.vessel import Vessel
from krausen.ports.catalog import Adapter, VesselRecord

T = TypeVar("T")


class _Memory:
    def __init__(self) -> None:
        self.away = ""
        self._journal: list[JournalEntry] = []

    async def _turn(self) -> None:
        await checkpoint()
        if self.away:
            raise StorageAway(self.away)


class _Vessels(_Memory):
    def __init__(self) -> None:
        super().__init__()
        self._vessels: dict[str, VesselRecord] = {}
        self._wishes: dict[str, list[Setpoint]] = {}

    async def vessels(self) -> list[VesselRecord]:
        """Give all vessels, ordered by id."""
        await self._turn()
        return [self._vessels[id] for id in sorted(self._vessels)]

    async def vessel(self, id: str) -> VesselRecord:
        """Give one. Raises NotFound."""
        await self._turn()
        return _there(self._vessels, id, "vessel")

    async def add_vessel(self, vessel: Vessel, wish: Setpoint, entry: JournalEntry) -> None:
        """Add one with its first wish, which counts as accepted. Raises Stale when the id is taken."""
        await self._turn()
        if vessel.id in self._vessels:
            raise Stale(f"The id {vessel.id} belongs to another vessel: choose another.")
        answer = Answer(setpoint=wish, state=AnswerState.ACCEPTED, at=entry.at)
        self._wishes[vessel.id] = [wish]
        self._vessels[vessel.id] = VesselRecord(
            vessel=vessel, requested=wish, answer=answer, created_at=entry.at, updated_at=entry.at
        )
        self._journal.append(entry)

    async def request(
        self, id: str, wish: Setpoint, entry: JournalEntry, *, seen: int | None = None
    ) -> VesselRecord:
        """Keep a wish under the next revision; give the vessel with its answer `waiting`."""
        await self._turn()
        record = _there(self._vessels, id, "vessel")
        newest = record.requested.revision
        if seen is not None and seen != newest:
            raise Stale(
                f"The wish for {id} is at revision {newest}, not {seen}: look again before you change it."
            )
        wish = replace(wish, revision=newest + 1)
        answer = Answer(setpoint=record.answer.setpoint, state=AnswerState.WAITING, at=entry.at)
        self._wishes[id].append(wish)
        self._vessels[id] = replace(record, requested=wish, answer=answer, updated_at=entry.at)
        self._journal.append(entry)
        return self._vessels[id]

    async def answered(self, id: str, revision: int, answer: Answer) -> VesselRecord | None:
        """Keep what the agent said to the newest wish; None, and nothing kept, when it is about another."""
        await self._turn()
        record = self._vessels.get(id)
        if record is None or record.requested.revision != revision:
            return None
        accepted = answer.state is AnswerState.ACCEPTED
        held = record.requested if accepted else record.answer.setpoint
        self._vessels[id] = replace(record, answer=replace(answer, setpoint=held))
        return self._vessels[id]

    async def wishes(self, id: str, start: int, end: int) -> list[Setpoint]:
        """Give the wishes with start <= at < end, oldest first."""
        await self._turn()
        chosen = [wish for wish in self._wishes.get(id, []) if start <= wish.at < end]
        return sorted(chosen, key=lambda wish: wish.at)


class _Batches(_Memory):
    def __init__(self) -> None:
        super().__init__()
        self._batches: dict[str, Batch] = {}
        self._events: dict[str, set[BatchEvent]] = {}

    async def batches(self) -> list[Batch]:
        """Give all batches, the latest start first, those that have not started last."""
        await self._turn()
        return sorted(self._batches.values(), key=_latest_first)

    async def batch(self, id: str) -> Batch:
        """Give one. Raises NotFound."""
        await self._turn()
        return _there(self._batches, id, "batch")

    async def batch_of(self, source: str) -> Batch | None:
        """Give the batch that was imported from a source, or None."""
        await self._turn()
        return self._imported(source)

    async def keep_batch(self, batch: Batch, events: Sequence[BatchEvent], entry: JournalEntry) -> int:
        """Add or replace a batch and add the events it does not have yet; give how many those were."""
        await self._turn()
        there = self._imported(batch.source)
        if there is not None and there.id != batch.id:
            raise Stale(f"{batch.source} was imported as another batch: look at that one.")
        self._batches[batch.id] = batch
        known = self._events.setdefault(batch.id, set())
        new = set(events) - known
        known |= new
        self._journal.append(entry)
        return len(new)

    async def events(self, id: str) -> list[BatchEvent]:
        """Give the events of a batch in order of time. Raises NotFound."""
        await self._turn()
        _there(self._batches, id, "batch")
        return sorted(self._events[id])

    def _imported(self, source: str) -> Batch | None:
        return next((batch for batch in self._batches.values() if source and batch.source == source), None)


class _People(_Memory):
    def __init__(self) -> None:
        super().__init__()
        self._users: dict[str, User] = {}
        self._tokens: dict[str, Token] = {}
        self._sessions: dict[str, Session] = {}

    async def users(self) -> list[User]:
        """Give all persons, ordered by login."""
        await self._turn()
        return sorted(self._users.values(), key=lambda user: user.login)

    async def user_by_login(self, login: str) -> User | None:
        """Give the person with a login, or None."""
        await self._turn()
        return self._with_login(login)

    async def user(self, id: str) -> User | None:
        """Give a person, or None."""
        await self._turn()
        return self._users.get(id)

    async def keep_user(self, user: User, entry: JournalEntry) -> None:
        """Add or replace a person. Raises Stale when the login belongs to another."""
        await self._turn()
        there = self._with_login(user.login)
        if there is not None and there.id != user.id:
            raise Stale(f"The login {user.login} belongs to somebody else: choose another.")
        self._users[user.id] = user
        self._journal.append(entry)

    async def token_by_digest(self, digest: str) -> Token | None:
        """Give the token with a digest, or None."""
        await self._turn()
        return next((token for token in self._tokens.values() if token.digest == digest), None)

    async def tokens(self) -> list[Token]:
        """Give all tokens, ordered by time of creation."""
        await self._turn()
        return sorted(self._tokens.values(), key=lambda token: (token.created_at, token.id))

    async def add_token(self, token: Token, entry: JournalEntry) -> None:
        """Add a token. Raises Stale when its id or digest is there already."""
        await self._turn()
        if any(token.id == there.id or token.digest == there.digest for there in self._tokens.values()):
            raise Stale(f"There is a token {token.id} already.")
        self._tokens[token.id] = token
        self._journal.append(entry)

    async def remove_token(self, id: str, entry: JournalEntry) -> None:
        """Remove a token. Raises NotFound."""
        await self._turn()
        _there(self._tokens, id, "token")
        del self._tokens[id]
        self._journal.append(entry)

    async def session(self, digest: str) -> Session | None:
        """Give a signed-in browser, or None."""
        await self._turn()
        return self._sessions.get(digest)

    async def keep_session(self, session: Session) -> None:
        """Add or replace a signed-in browser."""
        await self._turn()
        self._sessions[session.digest] = session

    async def remove_session(self, digest: str) -> None:
        """Sign a browser out; harmless when it is not signed in."""
        await self._turn()
        self._sessions.pop(digest, None)

    def _with_login(self, login: str) -> User | None:
        return next((user for user in self._users.values() if user.login == login), None)


class _Settings(_Memory):
    def __init__(self) -> None:
        super().__init__()
        self._adapters: dict[str, Adapter] = {}
        self._settings: dict[str, bytes] = {}

    async def adapter(self, name: str) -> Adapter | None:
        """Give an adapter that was arranged, or None."""
        await self._turn()
        return self._adapters.get(name)

    async def keep_adapter(self, adapter: Adapter, entry: JournalEntry) -> None:
        """Add or replace an adapter."""
        await self._turn()
        self._adapters[adapter.name] = adapter
        self._journal.append(entry)

    async def setting(self, key: str) -> object:
        """Give the value of a setting (anything JSON can say), or None."""
        await self._turn()
        value: object = json.decode(self._settings.get(key, b"null"))
        return value

    async def keep_setting(self, key: str, value: object, entry: JournalEntry) -> None:
        """Keep a setting."""
        await self._turn()
        self._settings[key] = json.encode(value)
        self._journal.append(entry)

    async def journal(self, limit: int) -> list[JournalEntry]:
        """Give the newest entries, newest first."""
        await self._turn()
        return self._journal[::-1][:limit]


class MemoryCatalog(_Vessels, _Batches, _People, _Settings):
    """The catalog port in dictionaries. Set `away` to a sentence and every call raises StorageAway with it.

    Other tasks get a turn at the start of every call, and none within it.
    """


def _there(things: dict[str, T], id: str, kind: str) -> T:
    try:
        return things[id]
    except KeyError:
        raise NotFound(f"There is no {kind} {id}.") from None


def _latest_first(batch: Batch) -> tuple[bool, int, str]:
    return batch.started_at is None, -(batch.started_at or 0), batch.id
