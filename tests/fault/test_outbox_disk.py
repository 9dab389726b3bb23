"""A small disk fills up while the broker is away: calls are refused, nothing accepted is lost, and it recovers."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.events import Event
from streams.cluster.outbox.drainer import Drainer
from streams.cluster.outbox.outbox import Outbox
from streams.ports import LogError
from tests.unit.streams.cluster.parts import Notebook, an_event, opened

MB = 1_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB; only root may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True
    )
    if made.returncode:
        pytest.skip(f"a small disk cannot be made here: {made.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(outbox: Outbox, first: int) -> list[Event]:
    """Append events of 40 kB until one is refused; those that were accepted."""
    accepted: list[Event] = []
    while len(accepted) < 2000:
        event = an_event(first + len(accepted), f"case-{len(accepted) % 7}", data={"note": "x" * 40_000})
        try:
            outbox.append([event])
        except LogError:
            return accepted
        accepted.append(event)
    raise AssertionError("the disk never filled up")


def drain(outbox: Outbox) -> list[str]:
    log = Notebook()
    drainer = Drainer(outbox, log, "supervision")
    drainer.start()
    deadline = time.monotonic() + 60
    while outbox.readings()["backlog_events"]:
        assert time.monotonic() < deadline, "the outbox is not emptied"
        time.sleep(0.01)
    drainer.stop()
    return [
        record.value.split(b'"id":"')[1].split(b'"')[0].decode()
        for call in log.calls
        for record in call
        if record.value
    ]


def test_a_full_outbox_sends_everything_and_then_takes_events_again(small_disk: Path) -> None:
    outbox = opened(small_disk, reserve_bytes=10 * MB)
    for round in range(4):
        accepted = fill(outbox, round * 10_000)
        assert len(accepted) > 100, f"round {round}: the room of what was sent is not used again"
        assert drain(outbox) == [event.id for event in accepted]
    outbox.close()


def test_when_others_fill_the_disk_to_the_last_byte_what_was_accepted_is_still_sent(small_disk: Path) -> None:
    outbox = opened(small_disk, reserve_bytes=1 * MB)
    accepted = [an_event(n, data={"note": "x" * 40_000}) for n in range(50)]
    outbox.append(accepted)
    ballast = small_disk / "ballast"
    subprocess.run(["dd", "if=/dev/zero", f"of={ballast}", "bs=4096"], capture_output=True, check=False)
    assert os.statvfs(small_disk).f_bavail == 0
    with pytest.raises(LogError):
        outbox.append([an_event(1000)])
    log = Notebook()
    drainer = Drainer(outbox, log, "supervision")
    drainer.start()
    deadline = time.monotonic() + 60
    while len(log.sent()) < 50:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    ballast.unlink()
    while True:
        outbox.append([an_event(1001)])
        if not outbox.readings()["backlog_events"]:
            break
        assert time.monotonic() < deadline, "the outbox is not shortened"
        time.sleep(0.05)
    drainer.stop()
    assert len(log.sent()) == 51
    outbox.close()
