"""Where everybody who wants something says, and proves, who they are."""

from collections.abc import Collection, Sequence
from contextlib import suppress

import anyio
from msgspec import UNSET, to_builtins
from msgspec.structs import replace

from krausen.errors import Fault, Invalid, NotFound, Stale, StorageAway, Unproven
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, Session, Token, User, UserRole
from krausen.ports.catalog.people import People
from krausen.ports.clock import Clock
from krausen.server.changes import Change, Tell, to_nobody
from krausen.server.people.digests import Secret, digest, new_id
from krausen.server.people.fitness import check_password, check_token, check_user, composed
from krausen.server.people.logins import Logins
from krausen.server.people.passwords import Passwords
from krausen.server.people.patches import UserPatch, changed_by
from krausen.server.people.remembered import Remembered

DEMO_KEY = "demo"
PREFIX = "krs_"

KEY_LASTS_MS = 600_000
SESSION_LASTS_MS = 30 * 86_400_000
SESSION_NOTED_MS = 3_600_000
CALLER_REMEMBERED_MS = 1_000
"""How long a caller is not looked up again; after that, what another process changed counts here too."""

NEVER = 2**63


class Reception:
    """Signs people in and out, recognises callers, and keeps the list of people and tokens. Close when done.

    Of secrets only digests are kept. Methods that take `by` write that name into the journal; whether its
    owner may do this is asked before. All of them raise StorageAway when the catalog does. What they change
    is told by `tell`.
    """

    def __init__(
        self,
        people: People,
        clock: Clock,
        secret: Secret,
        *,
        demo_user: str | None = None,
        tell: Tell = to_nobody,
    ) -> None:
        self._people = people
        self._clock = clock
        self._secret = secret
        self._demo_user = demo_user
        self._tell = tell
        self._passwords = Passwords(secret)
        self._logins = Logins(people, clock, secret, self._passwords)
        self._keys: Remembered[str] = Remembered()
        self._callers: Remembered[Caller] = Remembered()
        self._sessions = anyio.Lock()
        self._roll = anyio.Lock()
        self._used: dict[str, int] = {}
        self._swept_at: int | None = None

    def close(self) -> None:
        """Finish what is under way."""
        self._passwords.close()

    async def sign_in(self, login: str, password: str, address: str = "") -> tuple[str, Caller]:
        """Give a new cookie and its owner. Raises Unproven, and Throttled after five failures in a minute.

        Failures are counted for the login, and for the network address it is tried from, where that is known.
        """
        return await self._begin(await self._logins.owner(login, password, address))

    def issue_key(self, user: str) -> str:
        """Make a key that signs a person, named by id, in once within ten minutes."""
        key = self._secret()
        self._keys.put(digest(key), user, self._clock.steady() + KEY_LASTS_MS)
        return key

    async def sign_in_with_key(self, key: str) -> tuple[str, Caller]:
        """Give a new cookie and its owner for a key that was issued. Raises Unproven.

        In a demo, the key `demo` signs the demo's own user in, any number of times.
        """
        asked = self._keys.take(digest(key), self._clock.steady())
        id = asked or (self._demo_user if key == DEMO_KEY else None)
        user = await self._people.user(id) if id is not None else None
        if user is None:
            raise Unproven("This key was used before or is older than ten minutes: ask for a new one.")
        return await self._begin(user)

    async def sign_out(self, cookie: str) -> None:
        """Make a cookie worthless; harmless when it is."""
        async with self._sessions:
            await self._people.remove_session(digest(cookie))

    async def by_cookie(self, cookie: str) -> Caller:
        """Give the owner of a cookie that was last used within 30 days. Raises Unproven."""
        session = await self._people.session(digest(cookie))
        user = await self._people.user(session.user) if session is not None else None
        now = self._clock.now()
        if session is None or user is None or now - session.seen_at > SESSION_LASTS_MS:
            raise Unproven("You are not signed in, or not any more: sign in.")
        if now - session.seen_at >= SESSION_NOTED_MS:
            await self._note_use(session.digest, now)
        self._used[user.id] = now
        return _person(user)

    async def by_token(self, token: str) -> Caller:
        """Give the program that a token stands for. Raises Unproven."""
        kept = digest(token)
        known = self._callers.get(kept, self._clock.steady())
        if known is not None:
            return known
        found = await self._people.token_by_digest(kept)
        left_ms = _end(found) - self._clock.now() if found is not None else 0
        if found is None or left_ms <= 0:
            raise Unproven("This token is not valid, or not any more: make a new one.")
        return self._remember(kept, _program(found), left_ms)

    async def by_login(self, login: str, password: str, address: str = "") -> Caller:
        """Give the person behind a login and password that come with every request (HTTP Basic, RFC 7617).

        Raises Unproven and Throttled as `sign_in` does; a pair that fitted within five minutes does not wait.
        """
        proof = self._logins.proof(login, password)
        known = self._callers.get(proof, self._clock.steady())
        if known is None:
            known = self._remember(proof, _person(await self._logins.owner(login, password, address)))
        self._used[known.id] = self._clock.now()
        return known

    async def last_seen(self) -> dict[str, int]:
        """Tell when people, by id, last used a session or a login, UTC milliseconds.

        A session's use is noted now and then only: where the server has started since, this may be an hour
        too early.
        """
        noted: dict[str, int] = {}
        for session in await self._people.sessions():
            noted[session.user] = max(session.seen_at, noted.get(session.user, session.seen_at))
        return noted | self._used

    async def add_user(
        self, login: str, name: str, role: UserRole, password: str | None, by: str, *, reason: str = ""
    ) -> User:
        """Add a person, called by the login where the name is empty. Raises Invalid, Stale when taken."""
        login = composed(login)
        check_user(login, name, role, password)
        hashed = None if password is None else await self._passwords.hashed(password)
        id = new_id("u", self._secret)
        user = User(id=id, login=login, name=name or login, role=role, password_hash=hashed)
        await self._people.keep_user(user, self._entry(by, "user", id, "created", login, reason=reason))
        self._say("user", id, "created", by)
        return user

    async def set_password(self, id: str, password: str, by: str) -> User:
        """Give a person another password, and sign them out everywhere. Raises Invalid, NotFound."""
        return await self.change_user(id, UserPatch(password=password), by)

    async def change_own_password(
        self, caller: Caller, old: str, password: str, *, cookie: str, address: str = ""
    ) -> None:
        """Give a person, who knows the old one, another password; only the browser of this cookie stays.

        Raises Throttled as `sign_in` does, and Invalid with faults at `/old` and `/password`.
        """
        check_password(password)
        user = await self._person(caller.id)
        try:
            await self._logins.owner(user.login, old, address)
        except Unproven as failure:
            told = "This is not your present password."
            raise Invalid(told, [Fault("/old", told)]) from failure
        await self.change_user(caller.id, UserPatch(password=password), caller.name, stays=cookie)

    async def change_user(
        self,
        id: str,
        patch: UserPatch,
        by: str,
        *,
        reason: str = "",
        seen: int | None = None,
        stays: str = "",
    ) -> User:
        """Change a person; another password signs them out everywhere but where the cookie is `stays`.

        Raises Invalid, NotFound, and Stale when the login is taken, or `seen` is not the present revision,
        or this is the last admin and would not be one any more.
        """
        async with self._roll:
            user = await self._person(id)
            changed = changed_by(user, patch)
            if changed.role is not UserRole.ADMIN:
                await self._check_admin_besides(user)
            if isinstance(patch.password, str):
                changed = replace(changed, password_hash=await self._passwords.hashed(patch.password))
            fields = ", ".join(name for name in to_builtins(patch) if name != "reason")
            entry = self._entry(by, "user", id, "updated", fields, reason=reason)
            await self._people.keep_user(changed, entry, seen=user.revision if seen is None else seen)
            self._callers.forget(lambda caller: caller.id == id)
            if patch.password is not UNSET:
                await self._end_sessions(id, stays)
            self._say("user", id, "updated", by, changed.revision)
            return changed

    async def remove_user(self, id: str, by: str, *, reason: str = "", seen: int | None = None) -> None:
        """Remove a person with their own settings, and sign them out everywhere.

        Raises NotFound, and Stale when this is the last admin or `seen` is not the present revision.
        """
        async with self._roll:
            user = await self._person(id)
            await self._check_admin_besides(user)
            entry = self._entry(by, "user", id, "deleted", user.login, reason=reason)
            await self._people.remove_user(id, entry, seen=seen)
            self._callers.forget(lambda caller: caller.id == id)
            self._used.pop(id, None)
            self._say("user", id, "deleted", by, user.revision)

    async def is_new(self) -> bool:
        """Tell whether there is nobody yet, so that the first admin is to be made."""
        return not await self._people.users()

    async def set_up(self, login: str, name: str, password: str) -> User:
        """Add the first person, an admin. Raises NotFound when there is somebody, Invalid."""
        async with self._roll:
            if not await self.is_new():
                raise NotFound("Krausen is set up already.")
            return await self.add_user(login, name, UserRole.ADMIN, password, by="set-up")

    async def new_token(
        self,
        title: str,
        role: UserRole,
        adapters: Sequence[str],
        expires_at: int | None,
        by: str,
        *,
        reason: str = "",
    ) -> tuple[Token, str]:
        """Make a token and give it with its secret text, which nobody can find out later. Raises Invalid."""
        token, text = self.minted(title, role, adapters, expires_at)
        entry = self._entry(by, "token", token.id, "created", title, reason=reason)
        await self._people.add_token(token, entry)
        self._say("token", token.id, "created", by)
        return token, text

    def minted(
        self, title: str, role: UserRole, adapters: Sequence[str], expires_at: int | None
    ) -> tuple[Token, str]:
        """Give a token that nobody keeps yet, with its secret text. Raises Invalid."""
        now = self._clock.now()
        check_token(title, adapters, expires_at, now)
        text = PREFIX + self._secret()
        token = Token(
            id=new_id("t", self._secret),
            title=title,
            role=role,
            adapters=tuple(adapters),
            digest=digest(text),
            expires_at=expires_at,
            created_at=now,
        )
        return token, text

    def worthless(self, tokens: Collection[str]) -> None:
        """Take it that tokens, named by id, are kept no more."""
        self._callers.forget(lambda caller: caller.id in tokens)

    async def revoke(self, token: str, by: str, *, reason: str = "") -> None:
        """Make a token, named by id, worthless. Raises NotFound."""
        await self._people.remove_token(token, self._entry(by, "token", token, "deleted", reason=reason))
        self.worthless([token])
        self._say("token", token, "deleted", by)

    async def _begin(self, user: User) -> tuple[str, Caller]:
        cookie, now = self._secret(), self._clock.now()
        session = Session(digest=digest(cookie), user=user.id, created_at=now, seen_at=now)
        await self._people.keep_session(session)
        self._used[user.id] = now
        await self._sweep(now)
        return cookie, _person(user)

    async def _sweep(self, now: int) -> None:
        """Forget, now and then, the sessions that have ended by themselves."""
        timer = self._clock.steady()
        if self._swept_at is None or timer - self._swept_at >= SESSION_NOTED_MS:
            self._swept_at = timer
            await self._people.forget_sessions(now - SESSION_LASTS_MS)

    async def _end_sessions(self, user: str, stays: str) -> None:
        async with self._sessions:
            if not stays:
                await self._people.remove_sessions(user)
                return
            for session in await self._people.sessions():
                if session.user == user and session.digest != digest(stays):
                    await self._people.remove_session(session.digest)

    async def _person(self, id: str) -> User:
        user = await self._people.user(id)
        if user is None:
            raise NotFound(f"There is no user {id}.")
        return user

    async def _check_admin_besides(self, user: User) -> None:
        admins = {one.id for one in await self._people.users() if one.role is UserRole.ADMIN}
        if admins == {user.id}:
            raise Stale(f"{user.name} is the last admin. Make somebody else an admin first.")

    async def _note_use(self, session: str, now: int) -> None:
        async with self._sessions:
            there = await self._people.session(session)
            if there is not None:
                # A disk that cannot be written must not keep people from looking; the next request notes it.
                with suppress(StorageAway):
                    await self._people.keep_session(replace(there, seen_at=now))

    def _remember(self, key: str, caller: Caller, at_most_ms: int = CALLER_REMEMBERED_MS) -> Caller:
        until = self._clock.steady() + min(at_most_ms, CALLER_REMEMBERED_MS)
        self._callers.put(key, caller, until)
        return caller

    def _say(self, what: str, id: str, action: str, by: str, revision: int = 1) -> None:
        self._tell(Change(what=what, id=id, action=action, revision=revision, by=by))

    def _entry(
        self, by: str, what: str, id: str, action: str, detail: str = "", *, reason: str = ""
    ) -> JournalEntry:
        now = self._clock.now()
        return JournalEntry(at=now, by=by, what=what, id=id, action=action, detail=detail, reason=reason)


def _end(token: Token) -> int:
    return NEVER if token.expires_at is None else token.expires_at


def _person(user: User) -> Caller:
    return Caller(id=user.id, login=user.login, name=user.name, role=user.role, adapters=_adapters(user.role))


def _program(token: Token) -> Caller:
    writable = _adapters(token.role, token.adapters)
    return Caller(
        id=token.id,
        login=token.id,
        name=token.title,
        role=token.role,
        adapters=writable,
        is_person=False,
    )


def _adapters(role: UserRole, listed: tuple[str, ...] = ("*",)) -> tuple[str, ...]:
    return () if role is UserRole.VIEWER else listed
