"""When a mirror is ready: once it holds what was in Kafka when it began, and while it can go on."""

import random
import threading
from collections.abc import Sequence
from pathlib import Path

from domain.instants import SECOND
from streams.clock import ClockSetting
from streams.cluster.mirror.mirror import End, Mirror
from streams.cluster.mirror.state import Lane
from tests.oracle.counties import BEGIN, County
from tests.oracle.partitions import HandReading, Topics
from tests.unit.streams.histories import HandClock


class Away(HandReading):
    """Kafka does not answer, and after the first try nobody asks again."""

    def __init__(self, topics: Topics, clock: HandClock, stop: threading.Event) -> None:
        super().__init__(topics, clock, random.Random(0))
        self._stop = stop

    def ends(self, lanes: Sequence[Lane]) -> dict[Lane, End]:
        self._stop.set()
        raise OSError("no broker answers")


def test_it_is_ready_once_it_holds_what_was_there_and_not_while_kafka_is_away(tmp_path: Path) -> None:
    topics, clock = Topics(3), HandClock(BEGIN)
    topics.send(County(1).opening(), clock.instant)
    sent = len(topics.reference) + sum(map(len, topics.events))
    clock.instant += SECOND
    mirror = Mirror(tmp_path, 3, ClockSetting(), HandReading(topics, clock, random.Random(0)))
    told = [mirror.not_ready()]
    for _ in range(1_000):
        if mirror.not_ready() is None:
            break
        clock.instant += SECOND  # what was read is shown a moment after it was stamped
        mirror.step()
        told.append(mirror.not_ready())
    assert told[-1] is None
    assert told[0] == "0 records of Kafka still to be read", "nothing was asked yet"
    assert mirror.log.end() == sent > 0
    topics.send(County(2).opening(), clock.instant)
    assert mirror.not_ready() is None, "what comes later is its daily work"
    mirror.close()

    stop = threading.Event()
    again = Mirror(tmp_path, 3, ClockSetting(), Away(topics, clock, stop))
    again.run(stop)
    assert again.not_ready() == "OSError: no broker answers"
    again.close()
