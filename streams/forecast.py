"""Judged ahead of time: what timers will say, if nothing happens before.

Most limits of a county end at the same minute, when the halls close. Judging thousands of cases takes seconds; so
it is done shortly before, while there is nothing else to do, and when the instant has passed the outcome only has
to be saved. An outcome holds for exactly the state and the reference data it was made from, and goes with them.
"""

import zlib

import msgspec

from domain.instants import SECOND
from streams.run import Outcome, Run
from streams.subjects import Progress, move_on
from streams.timers import Timers

_MOST = 20_000
"""Outcomes kept at a time; each is a kilobyte or two, compressed."""

_AHEAD_SECONDS = 60
"""How far ahead we look, in real time."""

_PORTION = 10
"""Subjects judged ahead before looking whether something happened."""


_decoder = msgspec.msgpack.Decoder(Outcome)


def ahead(rate: float) -> int:
    """How far ahead we look, in microseconds of a clock of this rate."""
    return int(_AHEAD_SECONDS * SECOND * rate)


class Forecast:
    """Outcomes by the key of their subject, with the instant that must pass before they are true."""

    def __init__(self) -> None:
        self._outcomes: dict[int, tuple[int, int, bytes]] = {}
        self._waiting: list[tuple[int, int]] = []
        self._looked_until = 0

    def take(self, key: int, instant: int, reference_position: int) -> Outcome | None:
        """The outcome of a timer that has passed, if it still holds."""
        found = self._outcomes.pop(key, None)
        if found is None or found[:2] != (instant, reference_position):
            return None
        return _decoder.decode(zlib.decompress(found[2]))

    def drop(self, key: int) -> None:
        """Something happened to this subject."""
        self._outcomes.pop(key, None)

    def prepare(self, now: int, rate: float, timers: Timers, progress: Progress) -> bool:
        """Judge a portion of the timers to come; False when there is nothing to judge ahead now."""
        if len(self._outcomes) >= _MOST:
            return False
        if not self._waiting:
            self._look(now, ahead(rate), timers)
        portion = [self._waiting.pop() for _ in range(min(_PORTION, len(self._waiting)))]
        if not portion:
            return False
        subjects = progress.store.subjects([key for _, key in portion])
        for instant, key in portion:
            outcome = _judge_ahead(subjects[key], instant, progress)
            if outcome is not None:
                packed = zlib.compress(msgspec.msgpack.encode(outcome), level=1)
                self._outcomes[key] = (instant, outcome.state.reference_position, packed)
        return True

    def _look(self, now: int, span: int, timers: Timers) -> None:
        """Note the timers to come, the nearest last; anew once a tenth of the way is behind us."""
        if now + span < self._looked_until + span // 10:
            return
        self._looked_until = now + span
        upcoming = timers.upcoming(self._looked_until)
        self._waiting = [(t, key) for t, key in reversed(upcoming) if t >= now and key not in self._outcomes]


def _judge_ahead(subject: str, instant: int, progress: Progress) -> Outcome | None:
    """What there will be to save just after `instant`; None where something is not as usual."""
    run = Run()
    move_on(run, [subject], instant + 1, progress)
    outcome = run.outcome(run.lives[subject], progress.known.reference)
    return None if run.dead else outcome
