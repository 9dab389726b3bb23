"""Taking subjects from the store as they stand, or from their history where the state cannot carry them on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from domain.verdict import ENGINE_VERSION
from streams.differences import issue_of
from streams.judging import begin_anew, pass_time
from streams.known import KnownReference
from streams.ports import DeadLetter, EventLog, StateStore, SubjectState
from streams.run import Run
from streams.subject import LiveSubject


@dataclass(slots=True)
class Progress:
    """How far supervision has come."""

    log: EventLog
    store: StateStore
    known: KnownReference
    position: int
    """Everything up to and including this position of the log has been taken."""
    judged_until: int
    """Thresholds before this instant may have been issued."""

    def reached(self, instant: int) -> None:
        """Everything before `instant` is judged now."""
        self.judged_until = max(self.judged_until, instant)


def load(run: Run, subjects: Sequence[str], until: int, progress: Progress) -> list[LiveSubject]:
    """The subjects as they stand in `run`, else in the store; judged anew up to `until` where they must be."""
    states = progress.store.load([subject for subject in subjects if subject not in run.lives])
    for subject in subjects:
        if subject not in run.lives:
            state = states.get(subject)
            live = LiveSubject(subject) if state is None else _carry_on(state, progress.known)
            if live is None:
                judge_anew(run, subject, until, f"engine {ENGINE_VERSION}", progress)
            else:
                run.lives[subject] = live
            run.lives[subject].reference_position = progress.known.position
    return [run.lives[subject] for subject in subjects]


def move_on(run: Run, subjects: Iterable[str], until: int, progress: Progress) -> None:
    """Let time pass up to `until`, whatever that changes: thresholds, and reference data known since."""
    for live in load(run, list(subjects), until, progress):
        if not pass_time(live, progress.known.reference, until, run.dead):
            run.silent.add(live.subject)
        live.reference_position = progress.known.position


def judge_anew(run: Run, subject: str, until: int, cause: str, progress: Progress) -> list[DeadLetter]:
    """Judge a subject from its history into `run`; what failed is returned, and written down if it is news."""
    store, known = progress.store, progress.known
    issued = [issue_of(msgspec.json.decode(row.document)) for row in store.issues_of(subject)]
    records = progress.log.history(subject, progress.position)
    history = [record for record in records if not record.is_reference]
    state = store.load([subject]).get(subject)
    revision = state.revision if state is not None else 0
    live, dead = begin_anew(
        subject, history, known.reference, issued, until, cause, revision, store.signals(subject)
    )
    letters = {row.letter.position for row in store.dead_letters() if row.letter.subject == subject}
    run.dead += [one for one in dead if one.position not in letters]
    live.reference_position = known.position
    run.lives[subject] = live
    return dead


def _carry_on(state: SubjectState, known: KnownReference) -> LiveSubject | None:
    if state.engine != ENGINE_VERSION:
        return None
    try:
        live = LiveSubject(state.subject, state)
    except Exception:  # whatever an earlier version wrote: the journal has the history
        return None
    # Reference data recorded before what was judged already: an import of history.
    return None if known.changed_by(state.reference_position, live.fold.position) else live
