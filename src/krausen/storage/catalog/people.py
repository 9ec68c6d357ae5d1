"""Persons, programs and signed-in browsers."""

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from krausen.errors import NotFound
from krausen.model.journal import JournalEntry
from krausen.model.people import Session, Token, User, own_keys
from krausen.storage.catalog import tables
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, check_seen, one_of, put, row_of, taken


class SqlPeople(CatalogFile):
    """The part of the catalog port that knows people."""

    async def users(self) -> list[User]:
        """Give all persons, ordered by login."""
        return await self._read(_users)

    async def user_by_login(self, login: str) -> User | None:
        """Give the person with a login, or None."""
        return await self._read(_user, tables.user.c.login == login)

    async def user(self, id: str) -> User | None:
        """Give a person, or None."""
        return await self._read(_user, tables.user.c.id == id)

    async def keep_user(self, user: User, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Add or replace a person. Raises Stale, also when the login belongs to another."""
        await self._change(entry, _keep_user, user, seen, entry.at)

    async def remove_user(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove a person with their own settings, and sign out their browsers. Raises NotFound, Stale."""
        await self._change(entry, _remove_user, id, seen)

    async def token_by_digest(self, digest: str) -> Token | None:
        """Give the token with a digest, or None."""
        return await self._read(_token, digest)

    async def tokens(self) -> list[Token]:
        """Give all tokens, ordered by time of creation."""
        return await self._read(_tokens)

    async def add_token(self, token: Token, entry: JournalEntry) -> None:
        """Add a token. Raises Stale when its id or digest is there already."""
        await self._change(entry, add_token, token)

    async def remove_token(self, id: str, entry: JournalEntry) -> None:
        """Remove a token. Raises NotFound."""
        await self._change(entry, _remove_token, id)

    async def session(self, digest: str) -> Session | None:
        """Give a signed-in browser, or None."""
        return await self._read(_session, digest)

    async def sessions(self) -> list[Session]:
        """Give all signed-in browsers, ordered by digest."""
        return await self._read(_sessions)

    async def keep_session(self, session: Session) -> None:
        """Add or replace a signed-in browser."""
        await self._write(put, tables.session, row_of(session))

    async def remove_session(self, digest: str) -> None:
        """Sign a browser out; harmless when it is not signed in."""
        await self._write(_remove_sessions, tables.session.c.digest == digest)

    async def remove_sessions(self, user: str) -> None:
        """Sign out all browsers of a person, named by id."""
        await self._write(_remove_sessions, tables.session.c.user == user)

    async def forget_sessions(self, seen_before: int) -> None:
        """Sign out the browsers that were last seen before an instant, UTC milliseconds."""
        await self._write(_remove_sessions, tables.session.c.seen_at < seen_before)


def add_token(connection: Connection, token: Token) -> None:
    """Add a token. Raises Stale when its id or digest is there already."""
    with taken(f"There is a token {token.id} already."):
        connection.execute(insert(tables.token).values(row_of(token)))


def _users(connection: Connection) -> list[User]:
    return all_of(User, connection, select(tables.user).order_by(tables.user.c.login))


def _user(connection: Connection, which: ColumnElement[bool]) -> User | None:
    return one_of(User, connection, select(tables.user).where(which))


def _keep_user(connection: Connection, user: User, seen: int | None, at: int) -> None:
    if seen is not None:
        check_seen(f"User {user.id}", _revision(connection, user.id), seen)
    with taken(f"The login {user.login} belongs to somebody else: choose another."):
        put(connection, tables.user, {**row_of(user), "updated_at": at}, created_at=at)


def _remove_user(connection: Connection, id: str, seen: int | None) -> None:
    revision = _revision(connection, id)
    if not revision:
        raise NotFound(f"There is no user {id}.")
    check_seen(f"User {id}", revision, seen)
    connection.execute(delete(tables.user).where(tables.user.c.id == id))
    own = own_keys(id)
    connection.execute(delete(tables.setting).where(func.substr(tables.setting.c.key, 1, len(own)) == own))
    _remove_sessions(connection, tables.session.c.user == id)


def _revision(connection: Connection, id: str) -> int:
    user = _user(connection, tables.user.c.id == id)
    return user.revision if user is not None else 0


def _tokens(connection: Connection) -> list[Token]:
    order = (tables.token.c.created_at, tables.token.c.id)
    return all_of(Token, connection, select(tables.token).order_by(*order))


def _token(connection: Connection, digest: str) -> Token | None:
    return one_of(Token, connection, select(tables.token).where(tables.token.c.digest == digest))


def _remove_token(connection: Connection, id: str) -> None:
    if not connection.execute(delete(tables.token).where(tables.token.c.id == id)).rowcount:
        raise NotFound(f"There is no token {id}.")


def _session(connection: Connection, digest: str) -> Session | None:
    return one_of(Session, connection, select(tables.session).where(tables.session.c.digest == digest))


def _sessions(connection: Connection) -> list[Session]:
    return all_of(Session, connection, select(tables.session).order_by(tables.session.c.digest))


def _remove_sessions(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(delete(tables.session).where(which))
