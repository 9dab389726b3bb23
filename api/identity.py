"""Identity of citizens: taken out of events at the edge, kept in a table of its own by `applicant_ref`.

The table is a SQLite file beside the journal, so that a person can be erased without touching the log. The
reference is an HMAC under a key of this installation: the same person gets the same reference, and nobody
without the key can find it by trying out identity numbers. A person is recognised by identity number, or by
name and phone; a name alone says nothing (many people are called 王伟), so such a reference holds for one
case.
"""

import hashlib
import hmac
import os
import secrets
import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from domain.identity import PERSON_OBJECTS, about_an_office, known_field

_SCHEMA = """
CREATE TABLE IF NOT EXISTS identities (
    applicant_ref TEXT PRIMARY KEY,
    fields TEXT NOT NULL,           -- JSON object: name, id_number, phone, address, contact_name, ...
    first_seen INTEGER NOT NULL,    -- microseconds since the epoch, UTC
    last_seen INTEGER NOT NULL
) STRICT
"""


class BadKey(ValueError):
    """A key file that holds no key."""


class IdentityConflict(ValueError):
    """An event that states its own `applicant_ref` beside identity fields, or two people in one."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(message)
        self.place = place


def load_key(path: Path) -> bytes:
    """The installation's key, 32 bytes; made at first use, readable by its owner only.

    Lost, the references of new events no longer meet those of old ones: back it up with the data.
    """
    if not path.exists():
        made = path.with_suffix(".new")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        made.rename(path)
    key = path.read_bytes()
    if len(key) < 32:
        raise BadKey(f"{path}: expected a key of at least 32 bytes, got {len(key)}")
    return key


class Identities:
    """The identity table in `path` under `key`."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._key = key
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, timeout=10, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute(_SCHEMA)
        path.chmod(0o600)

    def take_out(self, event: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, dict[str, str]] | None]:
        """The event without its known identity fields, and what was taken: (applicant_ref, fields), or None.

        `event` is a CloudEvent as a mapping; it is not changed. A correction's `data.data` is looked at too.
        Nothing is stored yet: `keep` does that, before the event goes to the log.
        """
        data = event.get("data")
        if not isinstance(data, Mapping) or about_an_office(str(event.get("type"))):
            return dict(event), None
        correction = event.get("type") == "event.corrected" and isinstance(data.get("data"), Mapping)
        place = "data.data" if correction else "data"
        rest, taken = _split(data["data"] if correction else data, place)
        if not taken:
            return dict(event), None
        ref = self.reference(taken, f"{event.get('source')}\n{event.get('subject')}")
        if rest.get("applicant_ref", ref) != ref:
            raise IdentityConflict(
                f"{place}.applicant_ref", "expected either applicant_ref or identity fields, not both"
            )
        rest["applicant_ref"] = ref
        return {**event, "data": {**data, "data": rest} if correction else rest}, (ref, taken)

    def reference(self, fields: Mapping[str, str], case: str) -> str:
        """The reference of a person described by `fields`; `case` holds apart people known by name only."""
        number, name, phone = (_key_form(fields.get(field, "")) for field in ("id_number", "name", "phone"))
        if number:
            said = ["id", number]
        elif name and phone:
            said = ["name and phone", name, phone]
        else:
            said = ["case", case]
        return "p_" + hmac.new(self._key, orjson.dumps(said), hashlib.sha256).hexdigest()[:32]

    def keep(self, taken: Mapping[str, Mapping[str, str]], now: int) -> None:
        """Store what was taken out, by reference, in one transaction; on disk when this returns.

        Fields seen later are added to, or replace, those known of the person. `now`: microseconds UTC.
        """
        if not taken:
            return
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany(
                    "INSERT INTO identities VALUES (?1, ?2, ?3, ?3) ON CONFLICT DO UPDATE SET"
                    " fields = json_patch(fields, excluded.fields), last_seen = excluded.last_seen",
                    [(ref, orjson.dumps(dict(fields)).decode(), now) for ref, fields in taken.items()],
                )
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk has ended it already
                    self._db.execute("ROLLBACK")
                raise

    def person(self, applicant_ref: str) -> dict[str, str] | None:
        """The fields known of a person, or None."""
        with self._lock:
            row = self._db.execute(
                "SELECT fields FROM identities WHERE applicant_ref = ?", (applicant_ref,)
            ).fetchone()
        return None if row is None else dict(orjson.loads(row[0]))

    def close(self) -> None:
        """Close the table."""
        self._db.close()


def _key_form(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()


def _split(data: Mapping[str, Any], place: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What stays in the event, and the identity fields (name of the table -> text)."""
    rest: dict[str, Any] = {}
    taken: dict[str, str] = {}

    def take(field: str, value: object, where: str) -> None:
        if value in (None, ""):
            return
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise IdentityConflict(where, "expected a text")
        if taken.setdefault(field, str(value)) != str(value):
            raise IdentityConflict(where, f"the event names two different people: {field} is given twice")

    for name, value in data.items():
        prefix = PERSON_OBJECTS.get(name.lower())
        if prefix is not None and isinstance(value, Mapping):
            left = {}
            for inner, inner_value in value.items():
                field = known_field(str(inner), in_person=True)
                if field is None:
                    left[inner] = inner_value
                else:
                    take(
                        field if field.startswith(prefix) else prefix + field,
                        inner_value,
                        f"{place}.{name}.{inner}",
                    )
            if left:
                rest[f"{name}_details"] = left
        elif (field := known_field(name)) is not None:
            take(field, value, f"{place}.{name}")
        else:
            rest[name] = value
    return rest, taken
