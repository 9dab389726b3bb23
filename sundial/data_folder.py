"""The data folder, and who owns it.

One process owns a data folder at a time, by a lock on `owner.lock` that the system takes back when the process
dies. A process that serves HTTP writes its address into it, so that a command beside it can talk to it instead.
"""

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType


class FolderBusy(Exception):
    """Another process owns the folder; `url` is its loopback address if it serves one."""

    def __init__(self, folder: Path, url: str | None, pid: int | None) -> None:
        where = f" It serves {url}." if url else ""
        super().__init__(f"{folder}: another Sundial process owns this data folder (process {pid}).{where}")
        self.url = url


class FolderUnusable(Exception):
    """The folder cannot be made or written; the message says why."""


class DataFolder:
    """An owned data folder: opening takes the lock, closing gives it back."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = os.open(self.path / "owner.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise FolderUnusable(f"{self.path}: this data folder cannot be used: {error.strerror}") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            said = _read(self.path)
            raise FolderBusy(self.path, said.get("url"), said.get("pid")) from None
        self.announce(None)

    def announce(self, url: str | None) -> None:
        """Write down the loopback address at which this process answers, or that there is none."""
        text = json.dumps({"pid": os.getpid(), "url": url}).encode()
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, text, 0)

    def close(self) -> None:
        """Give the folder back."""
        os.ftruncate(self._lock, 0)
        os.close(self._lock)

    def __enter__(self) -> "DataFolder":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def journal(self) -> Path:
        """The event log."""
        return self.path / "journal.db"

    @property
    def state(self) -> Path:
        """State, issues and verdicts of the supervisor."""
        return self.path / "state.db"

    @property
    def clock(self) -> Path:
        """The setting of the clock."""
        return self.path / "clock.json"

    @property
    def read_store(self) -> Path:
        """The folder of the read store."""
        return self.path / "read"

    @property
    def identities(self) -> Path:
        """Identity of citizens."""
        return self.path / "identities.db"

    @property
    def identity_key(self) -> Path:
        """The key of the identity table, unless the settings name another file."""
        return self.path / "identity.key"


def tokens_file(folder: Path) -> Path:
    """The table of tokens, which may be written beside a running server."""
    return folder / "tokens.db"


def serving_url(folder: Path) -> str | None:
    """The loopback address of the process that owns `folder` and serves HTTP, or None."""
    try:
        lock = os.open(folder / "owner.lock", os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        url = _read(folder).get("url")
        return url if isinstance(url, str) else None
    finally:
        os.close(lock)
    return None


def _read(folder: Path) -> dict[str, object]:
    try:
        said = json.loads((folder / "owner.lock").read_text())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
