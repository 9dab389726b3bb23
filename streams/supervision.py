"""Supervision step by step, without a thread: take what the log holds, wake what is due, save.

Everything that a run found out (state, issues, verdicts, dead letters, position) is saved in one transaction,
so that a process that dies at any instruction finds itself between two runs.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from domain.instants import SECOND
from domain.reference import Reference
from domain.verdict import ENGINE_VERSION
from streams.differences import issue_of
from streams.flood import Flood
from streams.judging import Placed, begin_anew, decode, is_judged, pass_time, refer, take
from streams.metrics import SupervisorMetrics
from streams.ports import Clock, DeadLetter, DeadLetterRow, EventLog, Record, StateStore, SubjectState
from streams.run import Run
from streams.subject import LiveSubject
from streams.timers import Timers

_RECORDS = 500
_SUBJECTS = 500
_SWEEP = 200


class Supervision:
    """Judges the log of `log` into `store`, from where `store` stands.

    `base` is the reference data that is known without the log (holiday sets). `rate` is the speed of `clock`.
    """

    def __init__(
        self, log: EventLog, store: StateStore, clock: Clock, base: Reference, *, rate: float = 1.0
    ) -> None:
        self._log = log
        self._store = store
        self._clock = clock
        self._base = base
        self._rate = rate
        self._flood = Flood()
        self._since = clock.now()
        self.metrics = SupervisorMetrics()
        self.restore()

    def restore(self) -> None:
        """Begin where the store stands, forgetting what was not saved."""
        self.position = self._store.position()
        self._judged_until = self._store.judged_until()
        self._timers = Timers(self._store.timers())
        self._sweeping = True
        self._changes: list[tuple[int, int]] = []
        self.reference = self._base
        refused = {row.letter.position for row in self._store.dead_letters() if row.letter.kind != "step"}
        records = [r for r in self._log.reference(self.position) if r.position not in refused]
        events = [Placed(r.position, event) for r in records if (event := decode(r, []))]
        if events:
            self.reference = refer(self.reference, events, events[-1].event.recorded, [])
            self._changes = [(placed.position, placed.event.recorded) for placed in events]

    def turn(self) -> bool:
        """Do a portion of what there is to do; False when there is nothing before `next_wake`."""
        now = self._clock.now()
        records = self._log.read(self.position, _RECORDS)
        if records:
            self._take(records)
            self._sweep()
            return True
        # No timer before the log has been read to its end as it stood after the timer's instant.
        if self._log.end() > self.position:
            return True
        if self._log.importing():
            return False
        return self._wake(now) or self._sweep()

    def next_wake(self) -> int | None:
        """The instant at which the next timer is due, None without a timer."""
        following = self._timers.next()
        return None if following is None else following + 1

    def lag(self) -> int:
        """Records of the log that are not judged yet."""
        return self._log.end() - self.position

    def timers(self) -> int:
        """How many subjects wait for an instant."""
        return len(self._timers)

    def replay(self, numbers: Iterable[int]) -> list[DeadLetterRow]:
        """Judge these dead letters again, in their places; those that fail still, and stay."""
        wanted = set(numbers)
        rows = [row for row in self._store.dead_letters() if row.number in wanted]
        run = Run()
        run.reconsider = any(row.letter.kind in ("reference", "decode") for row in rows)
        run.replayed = [row.number for row in rows if row.letter.kind == "reference"]
        for subject in {row.letter.subject for row in rows if row.letter.kind != "reference"}:
            dead = self._begin_anew(run, subject, self._judged_until, "replay")
            failed = {one.position for one in dead}
            run.replayed += [
                row.number
                for row in rows
                if row.letter.subject == subject and row.letter.position not in failed
            ]
        self._save(run)
        if run.reconsider:
            self.restore()
        return [row for row in self._store.dead_letters() if row.number in wanted]

    def _take(self, records: Sequence[Record]) -> None:
        run = Run()
        for recorded, group in groupby(records, key=lambda record: record.recorded):
            run = self._pass_timers(run, recorded)
            together = list(group)
            self._take_together(run, recorded, together)
            self.position = together[-1].position
            run = self._save_when_full(run)
        self._save(run)

    def _take_together(self, run: Run, recorded: int, records: Sequence[Record]) -> None:
        """The records of one recorded instant: reference data first, then every subject's events at once."""
        self._judged_until = max(self._judged_until, recorded)
        run.records += len(records)
        referring: list[Placed] = []
        by_subject: dict[str, list[Placed]] = {}
        for record in records:
            event = decode(record, run.dead)
            if event is None:
                continue
            placed = Placed(record.position, event)
            if record.is_reference:
                referring.append(placed)
            elif is_judged(event):
                by_subject.setdefault(event.subject, []).append(placed)
            else:
                self.metrics.kept += 1
        if referring:
            self.reference = refer(self.reference, referring, recorded, run.dead)
            self._changes.append((referring[-1].position, recorded))
            self._sweeping = True
        lives = self._load(run, list(by_subject), recorded)
        for subject, events in by_subject.items():
            take(lives[subject], events, self.reference, recorded, run.dead)
            self._moved(run, lives[subject])

    def _wake(self, now: int) -> bool:
        """Judge a portion of the timers that are due before `now`."""
        due = self._timers.due(now, _SUBJECTS)
        if not due:
            return False
        run = Run()
        self._judged_until = max(self._judged_until, now)
        self._pass(run, self._store.subjects([key for _, key in due]).values(), now)
        self._save(run)
        done = self._clock.now()
        self.metrics.timers += len(due)
        for instant, _ in due:
            if (
                instant >= self._since
            ):  # what was missed while nothing ran says nothing about how quick we are
                self.metrics.due_to_finding.add((done - instant) / SECOND / self._rate)
        return True

    def _pass_timers(self, run: Run, before: int) -> Run:
        """Judge every timer due before `before`, each with its own instant."""
        while due := self._timers.due(before, _SUBJECTS):
            self._judged_until = max(self._judged_until, before)
            self._pass(run, self._store.subjects([key for _, key in due]).values(), before)
            run = self._save_when_full(run)
        return run

    def _sweep(self) -> bool:
        """Judge a portion of the open subjects that newer reference data, or another engine, may concern."""
        if not self._sweeping:
            return False
        changed = self._changes[-1][1] + 1 if self._changes else 0
        subjects = self._store.lagging(self._reference_position(), ENGINE_VERSION, _SWEEP)
        if not subjects:
            self._sweeping = False
            return False
        self._judged_until = max(self._judged_until, changed)
        run = Run()
        self._pass(run, subjects, self._judged_until)
        self._save(run)
        self.metrics.rejudged += len(subjects)
        return True

    def _pass(self, run: Run, subjects: Iterable[str], until: int) -> None:
        for live in self._load(run, list(subjects), until).values():
            if not pass_time(live, self.reference, until, run.dead):
                run.silent.add(live.subject)
            self._moved(run, live)

    def _moved(self, run: Run, live: LiveSubject) -> None:
        live.reference_position = self._reference_position()
        run.lives[live.subject] = live

    def _load(self, run: Run, subjects: Sequence[str], until: int) -> dict[str, LiveSubject]:
        """The subjects as they stand; one that its state cannot carry on is judged anew up to `until`."""
        states = self._store.load([subject for subject in subjects if subject not in run.lives])
        for subject in subjects:
            if subject not in run.lives:
                state = states.get(subject)
                live = LiveSubject(subject) if state is None else self._carry_on(state)
                if live is None:
                    self._begin_anew(run, subject, until, f"engine {ENGINE_VERSION}")
                else:
                    run.lives[subject] = live
        return {subject: run.lives[subject] for subject in subjects}

    def _carry_on(self, state: SubjectState) -> LiveSubject | None:
        if state.engine != ENGINE_VERSION:
            return None
        try:
            live = LiveSubject(state.subject, state)
        except Exception:  # whatever an earlier version wrote: the journal has the history
            return None
        newer = self._changes[bisect_right(self._changes, (state.reference_position, 2**63)) :]
        overtaken = any(recorded <= live.fold.position for _, recorded in newer)
        return None if overtaken else live

    def _begin_anew(self, run: Run, subject: str, until: int, cause: str) -> list[DeadLetter]:
        """Judge a subject from its history; what failed is returned, and written down where it is news."""
        issued = [issue_of(msgspec.json.decode(row.document)) for row in self._store.issues_of(subject)]
        history = [record for record in self._log.history(subject, self.position) if not record.is_reference]
        live, dead = begin_anew(subject, history, self.reference, issued, until, cause)
        known = {row.letter.position for row in self._store.dead_letters() if row.letter.subject == subject}
        run.dead += [one for one in dead if one.position not in known]
        self._moved(run, live)
        return dead

    def _reference_position(self) -> int:
        return self._changes[-1][0] if self._changes else 0

    def _save_when_full(self, run: Run) -> Run:
        if len(run) < _SUBJECTS:
            return run
        self._save(run)
        return Run()

    def _save(self, run: Run) -> None:
        changes = run.changes(self.reference, self.position, self._judged_until)
        if run.dead:
            last = run.dead[-1]
            where = f"position {last.position}" if last.position is not None else f"subject {last.subject}"
            self._flood.check(run.records + len(run), len(run.dead), f"{where}: {last.cause}")
        else:
            self._flood.check(run.records + len(run), 0, "")
        keys = self._store.save(changes)
        for state in changes.subjects:
            self._timers.set(keys[state.subject], state.next_change)
        metrics = self.metrics
        metrics.runs += 1
        metrics.events += run.records
        metrics.issues += len(changes.issues)
        metrics.dead_letters += len(changes.dead_letters)
