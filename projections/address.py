"""Where a ClickHouse server is, as people write it."""

from typing import NamedTuple
from urllib.parse import urlsplit

from projections.statements import checked

__all__ = ["Address"]


class Address(NamedTuple):
    """Where a server is, and which database of it: `clickhouse://user@host:port/database`."""

    host: str
    port: int
    database: str
    user: str
    secure: bool

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `clickhouse://` or, with TLS, `clickhouses://`. Raises ValueError naming what was expected."""
        parts = urlsplit(text)
        expected = f"expected clickhouse://host:port/database, or clickhouses:// with TLS, got {text!r}"
        if parts.scheme not in ("clickhouse", "clickhouses") or not parts.hostname:
            raise ValueError(expected)
        if parts.password is not None:
            raise ValueError("a password does not belong into an address; name the file that holds it")
        if parts.query or parts.fragment:
            raise ValueError(f"{expected}: nothing may follow the database")
        secure = parts.scheme == "clickhouses"
        try:
            database = checked(parts.path.strip("/") or "sundial")
            port = parts.port or (9440 if secure else 9000)
        except ValueError as error:
            raise ValueError(f"{expected}: {error}") from None
        return cls(parts.hostname, port, database, parts.username or "default", secure)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"
