"""The diary of one case: what a hall's system says of it, with the flaws that such systems have.

Most entries reach the log within seconds. Some are typed in late, so that they arrive after later ones; some
are sent twice; a few are wrong and corrected the next day.
"""

from random import Random
from typing import Any, Final

import msgspec

from domain.calendars import Calendar
from domain.events import Event
from domain.instants import HOUR, MINUTE, SECOND, format_instant
from producers.chance import happens
from producers.making import make_event

LATE: Final = 0.03
TWICE: Final = 0.01
WRONG: Final = 0.004
_LONGEST_DELAY: Final = 26 * HOUR


class Diary:
    """Collects the events of one case. `time` arguments are microseconds UTC."""

    def __init__(self, case: str, source: str, calendar: Calendar, chance: Random) -> None:
        self.case = case
        self.calendar = calendar
        self.chance = chance
        self.events: list[Event] = []
        self._source = source
        self._count = 0

    def write(self, kind: str, time: int, /, **data: Any) -> Event:
        """Note that something happened; it becomes known a little or much later."""
        self._count += 1
        event = make_event(
            kind, self.case, time, data, id=f"{self.case}/{self._count}", source=self._source,
            recorded=time + self._delay(),
        )  # fmt: skip
        self.events.append(event)
        if happens(self.chance, TWICE):
            self.events.append(_known_at(event, event.recorded + int(self.chance.uniform(1, 40) * SECOND)))
        return event

    def write_wrongly(self, kind: str, time: int, /, **data: Any) -> Event:
        """Like `write`, but a few entries are given a wrong time, put right on the next day."""
        if not happens(self.chance, WRONG):
            return self.write(kind, time, **data)
        wrong = self.write(kind, time + int(self.chance.uniform(-40, 4) * MINUTE), **data)
        self.correct(wrong, max(time, wrong.recorded), time=format_instant(time))
        return wrong

    def correct(self, wrong: Event, after: int, /, **change: Any) -> None:
        """Put an entry right within the next working day."""
        when = self.work(after, self.chance.uniform(0.5, 8))
        target = {"id": wrong.id, "source": wrong.source}
        self.write("event.corrected", when, corrects=target, reason="录入有误", **change)

    def retract(self, wrong: Event, after: int) -> None:
        """Take an entry back soon."""
        when = self.work(max(after, wrong.recorded), self.chance.uniform(0.1, 1.5))
        target = {"id": wrong.id, "source": wrong.source}
        self.write("event.retracted", when, retracts=target, reason="误录入他人事项")

    def work(self, start: int, hours: float) -> int:
        """The instant at which so many open hours have passed since `start`."""
        return self.calendar.add_open(start, max(1, int(hours * HOUR)))

    def work_days(self, start: int, days: float) -> int:
        """The instant at which so many nominal working days have passed since `start`."""
        nominal = self.calendar.nominal_day(self.calendar.day_of(start))
        return self.calendar.add_open(start, max(1, int(days * nominal)))

    def _delay(self) -> int:
        if happens(self.chance, LATE):
            return min(_LONGEST_DELAY, int(self.chance.expovariate(1 / 3) * HOUR) + 5 * MINUTE)
        return int(self.chance.uniform(0.2, 4) * SECOND)


def _known_at(event: Event, recorded: int) -> Event:
    return msgspec.structs.replace(event, recorded=recorded)
