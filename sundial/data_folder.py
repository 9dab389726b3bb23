"""Where things lie in a data folder. Who owns it is told by `streams.folder`."""

from dataclasses import dataclass
from pathlib import Path


class FolderUnusable(Exception):
    """The folder cannot be made or written; the message says why."""


@dataclass(frozen=True)
class DataFolder:
    """The paths below one data folder."""

    path: Path

    @classmethod
    def make(cls, path: Path) -> "DataFolder":
        """The folder, made if it is not there, readable by its owner only. Raises FolderUnusable."""
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = path / ".probe"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise FolderUnusable(f"{path}: this data folder cannot be written: {error.strerror}") from None
        return cls(path.absolute())

    @property
    def journal(self) -> Path:
        """The event log."""
        return self.path / "journal.db"

    @property
    def outbox(self) -> Path:
        """Events on their way to Kafka, in the cluster size."""
        return self.path / "outbox.db"

    @property
    def state(self) -> Path:
        """State, issues and verdicts of the supervisor."""
        return self.path / "state.db"

    @property
    def mirror(self) -> Path:
        """A copy of what Kafka holds, of a sink or an API in the cluster size."""
        return self.path / "mirror"

    @property
    def clock(self) -> Path:
        """The setting of the clock."""
        return self.path / "clock.json"

    @property
    def demo_clock(self) -> Path:
        """Where the demo's clock stood when it stopped."""
        return self.path / "demo-clock"

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

    @property
    def tokens(self) -> Path:
        """Tokens; may be written beside a running server."""
        return self.path / "tokens.db"


def folder_with_journal(data: Path | None) -> Path:
    """The data folder named, else that of the settings, with the journal it must hold. Raises FolderUnusable."""
    from sundial.settings import BadSettings, load_settings

    try:
        path = load_settings(data=data).data
    except BadSettings as error:
        raise FolderUnusable(str(error)) from None
    if not DataFolder(path).journal.is_file():
        raise FolderUnusable(
            f"{path} holds no journal; expected the data folder of `sundial serve` or `sundial import`"
        )
    return DataFolder.make(path).path
