"""An outbox to be killed: `python -m tests.fault.outbox_process FOLDER BOOTSTRAP PREFIX`.

Reads one JSON list of events per line and answers each line, once it is on the disk, with the status of every
event and how many wait.
"""

import sys
from pathlib import Path

import msgspec

from domain.events import event_from_mapping
from streams.clock import ClockSetting, SettingClock
from streams.cluster.outbox.drainer import Drainer
from streams.cluster.outbox.outbox import Outbox
from streams.cluster.outbox.sender import KafkaSender
from sundial.commands._listening import log_to_stderr


def main(folder: str, bootstrap: str, prefix: str) -> None:
    """Take and send until standard input ends."""
    log_to_stderr()  # standard output is for answers
    outbox = Outbox(Path(folder) / "outbox.db", SettingClock(ClockSetting()), reserve_bytes=0)
    drainer = Drainer(outbox, KafkaSender(bootstrap), prefix)
    drainer.start()
    _say(outbox, [])
    for line in sys.stdin.buffer:
        events = [event_from_mapping(mapping, recorded=0) for mapping in msgspec.json.decode(line)]
        _say(outbox, [result.status for result in outbox.append(events)])
    drainer.stop()
    outbox.close()


def _say(outbox: Outbox, statuses: list[str]) -> None:
    answer = {"statuses": statuses, "waiting": outbox.readings()["backlog_events"]}
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
