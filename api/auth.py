"""Who may say what: tokens per source, and what a request is allowed to do.

A request that comes from this machine itself (loopback peer, loopback `Host`, no proxy header) needs no token
and may do everything. Any other needs a token: `Authorization: Bearer sdl_...`, or, to read only, the cookie
that `/login` sets for browsers. Tokens are random 256-bit secrets; the table keeps their SHA-256 alone.
"""

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from api.problems import Problem

TOKEN_PREFIX = "sdl_"  # noqa: S105 - not a secret: it lets secret scanners recognise one
COOKIE = "sundial_token"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
    id TEXT PRIMARY KEY,            -- what people call it by; not secret
    source TEXT NOT NULL,           -- the only CloudEvents source it may speak as
    halls TEXT NOT NULL,            -- JSON list of hall ids, or null: every hall
    permissions TEXT NOT NULL,      -- JSON list of PERMISSIONS
    hash BLOB NOT NULL UNIQUE,      -- SHA-256 of the token
    created INTEGER NOT NULL,       -- microseconds since the epoch, UTC
    revoked INTEGER                 -- the same, or null
) STRICT
"""

PERMISSIONS = ("write", "read", "reference", "import")
"""write: post events of its halls; read: every GET; reference: calendars, items, halls, profiles, upkeep;
import: state recorded times of history."""


@dataclass(frozen=True)
class Grant:
    """What one caller may do. `source` and `halls` None: any."""

    caller: str
    source: str | None
    halls: frozenset[str] | None
    permissions: frozenset[str]


LOOPBACK = Grant("loopback", None, None, frozenset(PERMISSIONS))


@dataclass(frozen=True)
class TokenRow:
    """One line of `sundial tokens list`; instants are microseconds UTC."""

    id: str
    source: str
    halls: tuple[str, ...] | None
    permissions: tuple[str, ...]
    created: int
    revoked: int | None


class Tokens:
    """The table of tokens in `path` (SQLite; several processes may use it at once)."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=10, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute(_SCHEMA)
        path.chmod(0o600)

    def add(
        self, source: str, halls: Iterable[str] | None, permissions: Iterable[str], now: int
    ) -> tuple[str, str]:
        """Make a token; answers (id, token). The token can never be read again."""
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        identifier = secrets.token_hex(4)
        with self._lock:
            self._db.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (
                    identifier,
                    source,
                    json.dumps(sorted(halls) if halls is not None else None),
                    json.dumps(sorted(permissions)),
                    _digest(token),
                    now,
                ),
            )
        return identifier, token

    def revoke(self, identifier: str, now: int) -> bool:
        """Take a token back; False where there is no such live token. It holds from the next request on."""
        with self._lock:
            done = self._db.execute(
                "UPDATE tokens SET revoked = ? WHERE id = ? AND revoked IS NULL", (now, identifier)
            )
        return done.rowcount == 1

    def rows(self) -> list[TokenRow]:
        """Every token ever made, oldest first."""
        with self._lock:
            found = self._db.execute(
                "SELECT id, source, halls, permissions, created, revoked FROM tokens ORDER BY created, id"
            ).fetchall()
        return [
            TokenRow(
                id,
                source,
                tuple(json.loads(halls)) if json.loads(halls) is not None else None,
                tuple(json.loads(permissions)),
                created,
                revoked,
            )
            for id, source, halls, permissions, created, revoked in found
        ]

    def any_live(self) -> bool:
        """Whether at least one token could open the door."""
        with self._lock:
            return (
                self._db.execute("SELECT 1 FROM tokens WHERE revoked IS NULL LIMIT 1").fetchone() is not None
            )

    def grant(self, token: str) -> Grant | None:
        """What the bearer of `token` may do; None for an unknown or revoked one."""
        with self._lock:
            row = self._db.execute(
                "SELECT id, source, halls, permissions FROM tokens WHERE hash = ? AND revoked IS NULL",
                (_digest(token),),
            ).fetchone()
        if row is None:
            return None
        identifier, source, halls, permissions = row
        listed = json.loads(halls)
        return Grant(
            f"token {identifier}",
            source,
            None if listed is None else frozenset(listed),
            frozenset(json.loads(permissions)),
        )

    def close(self) -> None:
        """Close the table."""
        self._db.close()

    def __enter__(self) -> "Tokens":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an address) means this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def came_from_this_machine(connection: HTTPConnection) -> bool:
    """True for a loopback peer that speaks for itself.

    A proxy on the same machine also has a loopback address: its forwarding headers, or a `Host` that is not
    a loopback name (which a page that rebinds its DNS name shows too), take the privilege away. So does the
    `Origin` of a page of another site.
    """
    headers = connection.headers
    if "forwarded" in headers or "x-forwarded-for" in headers or "x-real-ip" in headers:
        return False
    host = headers.get("host", "")
    if "origin" in headers and urlsplit(headers["origin"]).netloc != host:
        return False
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return connection.client is not None and is_loopback(connection.client.host) and is_loopback(name)


def grant_of(connection: HTTPConnection, tokens: Tokens, *, cookie: bool = True) -> Grant | None:
    """The grant of a request, or None where it needs a token and has no valid one.

    A token that is shown decides, also from this machine, so that it can be tried out.
    The cookie is looked at for reading only (`cookie`): a page of another site cannot write with it.
    """
    authorization = connection.headers.get("authorization", "")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        return tokens.grant(token.strip()) if scheme.lower() == "bearer" else None
    if came_from_this_machine(connection):
        return LOOPBACK
    if cookie and (token := connection.cookies.get(COOKIE, "")):
        return tokens.grant(token)
    return None


def require(connection: HTTPConnection, tokens: Tokens, permission: str) -> Grant:
    """The grant of a request that holds `permission`; else a 401 or 403 problem."""
    grant = grant_of(connection, tokens, cookie=permission == "read")
    if grant is None:
        raise Problem(
            401,
            "unauthorized",
            "expected `Authorization: Bearer <token>` with a token of `sundial tokens add`",
            "header.authorization",
            {"WWW-Authenticate": 'Bearer realm="sundial"'},
        )
    if permission not in grant.permissions:
        raise Problem(
            403, "forbidden", f"{grant.caller} has no permission to {permission}", "header.authorization"
        )
    return grant
