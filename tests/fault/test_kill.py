"""SIGKILL at random moments under load: nothing acknowledged is lost, no finding lost, doubled or missing."""

import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from domain.events import Event, canonical_content, decode_event
from domain.instants import HOUR
from streams.journal import Journal
from streams.state import State
from streams.supervision import Supervision
from tests.fault.answering import Killed, Process
from tests.unit.streams.histories import BEGIN, Hall, HandClock, base, issued_live, issued_purely, open_hall

KILLS = 32
RATE = 20_000
"""Five and a half simulated hours in a second: timers fire all the time."""


def hall_process(folder: Path) -> Process:
    return Process("tests.fault.hall_process", str(folder), str(BEGIN + HOUR), str(RATE))


@pytest.mark.timeout(400)
def test_nothing_is_lost_or_doubled_when_the_process_is_killed(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    draw, hall = random.Random(seed), Hall(seed, cases=400, references=0.002)
    before = Journal(tmp_path / "journal.db", HandClock())
    open_hall(before)
    before.close()
    acknowledged: list[Event] = []
    pending: list[Event] = []
    kills = in_the_middle = 0
    while kills < KILLS:
        process = hall_process(tmp_path)
        in_start = draw.random() < 0.2
        if in_start:
            process.kill_after(draw.uniform(0.2, 1.2))
        try:
            now = process.answer()["now"]
            if not in_start:
                process.kill_after(draw.uniform(0.02, 1.5))
            while True:
                # What was not acknowledged is sent again, as an outbox does.
                pending = pending or hall.batch(now)
                answer = process.append(pending)
                assert set(answer["statuses"]) <= {"accepted", "duplicate"}
                now = answer["now"]
                acknowledged += pending
                pending = []
        except Killed:
            kills += 1
            in_the_middle += bool(pending)
        finally:
            assert process.bury() == -signal.SIGKILL, "it ended by itself"
    print(f"{kills} kills, {in_the_middle} of them during an append, {len(acknowledged)} events acknowledged")
    assert len(acknowledged) > 5 * KILLS, "there was no load"
    process = hall_process(tmp_path)
    process.answer()
    if pending:
        process.append(pending)
    deadline = time.monotonic() + 60
    while process.append([])["lag"] and time.monotonic() < deadline:
        time.sleep(0.05)
    process.end()
    check(tmp_path, [*acknowledged, *pending])


def check(folder: Path, acknowledged: list[Event]) -> None:
    state = State(folder / "state.db")
    clock = HandClock(state.judged_until() + 10 * HOUR)
    journal = Journal(folder / "journal.db", clock)
    stored = Counter(_content(decode_event(record.raw)) for record in journal.read(0, 10**9))
    assert set(stored.values()) == {1}, "an event is stored twice"
    lost = {_content(one) for one in acknowledged} - stored.keys()
    assert not lost, f"acknowledged, but not in the journal: {lost}"
    assert len(stored) - len({_content(one) for one in acknowledged}) == _opening(), "an event nobody sent"
    supervision = Supervision(journal, state, clock, base())
    while supervision.turn():
        pass
    assert state.dead_letters() == []
    live: dict[str, list[object]] = {}
    ids: Counter[str] = Counter()
    for subject, document in issued_live(state):
        live.setdefault(subject, []).append(document)
        ids[document["id"]] += 1
    assert [id for id, count in ids.items() if count > 1] == [], "an issue was doubled"
    pure = {
        subject: issued for subject, issued in issued_purely(journal, clock.instant - 1).items() if issued
    }
    print(f"{sum(stored.values())} events stored, {sum(ids.values())} issues of {len(live)} subjects")
    assert live.keys() == pure.keys()
    for subject, issued in pure.items():
        assert live[subject] == issued, subject
    journal.close()
    state.close()


def _content(event: Event) -> tuple[str, str, bytes]:
    return (event.source, event.id, canonical_content(event))


def _opening() -> int:
    """How many events `open_hall` appends."""

    class Counting:
        count = 0

        def append(self, events: list[Event], recorded: object = None) -> None:
            self.count += len(events)

        def end(self) -> int:
            return self.count

    log = Counting()
    open_hall(log)  # type: ignore[arg-type]
    return log.count
