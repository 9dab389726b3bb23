"""One process owns a data folder, and others can find it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from streams.folder import FolderInUse, FolderLock, Owner, owner_of

OWN_IT = """
import sys, time
from pathlib import Path
from streams.folder import FolderLock
lock = FolderLock(Path(sys.argv[1]))
lock.publish("http://127.0.0.1:8123")
print("owned", flush=True)
time.sleep(60)
"""


def test_a_folder_is_free_until_owned_and_after_release(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert owner_of(folder) is None
    lock = FolderLock(folder)
    assert owner_of(folder) == Owner(os.getpid(), None)
    lock.publish("http://127.0.0.1:8000")
    assert owner_of(folder) == Owner(os.getpid(), "http://127.0.0.1:8000")
    lock.release()
    assert owner_of(folder) is None
    FolderLock(folder).release()


def test_a_second_owner_is_told_who_the_first_is_and_gets_it_once_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", OWN_IT, str(tmp_path)], stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None
            other.stdout.readline()
            with pytest.raises(
                FolderInUse, match=f"in use by process {other.pid}, .* http://127.0.0.1:8123"
            ) as caught:
                FolderLock(tmp_path)
            assert caught.value.owner == Owner(other.pid, "http://127.0.0.1:8123")
        finally:
            other.send_signal(signal.SIGKILL)
    FolderLock(tmp_path).release()
