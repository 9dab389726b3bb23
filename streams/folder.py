"""One process owns a data folder: a lock file that tells who, and where it listens.

The operating system frees the lock when the owner dies, however it dies.
"""

import fcntl
import os
import time
from pathlib import Path

import msgspec


class Owner(msgspec.Struct, frozen=True):
    """Who holds a data folder."""

    pid: int
    address: str | None = None
    """Where it answers, such as http://127.0.0.1:8000; None when it does not listen (yet)."""


class FolderInUse(Exception):
    """Another process owns the folder."""

    def __init__(self, folder: Path, owner: Owner | None) -> None:
        who = "another process" if owner is None else f"process {owner.pid}"
        where = f", which listens on {owner.address}" if owner and owner.address else ""
        super().__init__(f"{folder}: in use by {who}{where}; one process owns a data folder")
        self.owner = owner


class FolderLock:
    """Ownership of `folder`, from creation until `release`. Raises FolderInUse."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = _path(folder).open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise FolderInUse(folder, _read(folder)) from None
        self.publish(None)

    def publish(self, address: str | None) -> None:
        """Write down where the owner answers."""
        self._file.truncate(0)
        self._file.write(msgspec.json.encode(Owner(os.getpid(), address)))
        self._file.flush()

    def release(self) -> None:
        """Give the folder back."""
        self._file.truncate(0)
        self._file.close()


def owner_of(folder: Path) -> Owner | None:
    """Who owns `folder` now, or None when nobody does."""
    if not _path(folder).exists():
        return None
    with _path(folder).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(folder) or Owner(0)
        return None


def _read(folder: Path) -> Owner | None:
    for _ in range(20):  # the owner may be writing it at this moment
        try:
            return msgspec.json.decode(_path(folder).read_bytes(), type=Owner)
        except (msgspec.DecodeError, FileNotFoundError):
            time.sleep(0.01)
    return None


def _path(folder: Path) -> Path:
    return folder / "lock"
