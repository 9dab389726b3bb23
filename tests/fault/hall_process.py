"""A supervising process to be killed: `python -m tests.fault.hall_process FOLDER START RATE`.

Reads one JSON list of events per line and answers each line, once it is on the disk, with the clock's present
and the status of every event.
"""

import sys
from pathlib import Path

import msgspec

from domain.events import event_from_mapping
from streams.embedded import Embedded
from tests.unit.streams.histories import base


def main(folder: str, start: str, rate: str) -> None:
    """Serve until standard input ends."""
    embedded = Embedded(Path(folder), base(), start=int(start), rate=float(rate))
    embedded.start()
    _say({"now": embedded.clock.now(), "lag": embedded.supervision.lag()})
    for line in sys.stdin.buffer:
        events = [event_from_mapping(mapping, recorded=0) for mapping in msgspec.json.decode(line)]
        results = embedded.journal.append(events)
        answer = {"now": embedded.clock.now(), "lag": embedded.supervision.lag()}
        _say({**answer, "statuses": [result.status for result in results]})
    embedded.close()


def _say(answer: dict[str, object]) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
