"""A state file that is filled from what the changelog keeps of subjects: a worker's own, and a mirror's."""

from streams.cluster.messages import Kept
from streams.ports import SubjectState
from streams.state import State

__all__ = ["KeptState"]


class KeptState(State):
    """For use within a transaction of its own writer."""

    def _put_subject(self, kept: Kept, reference_position: int) -> dict[str, int]:
        """The subject's state; without a fold it is judged anew from its history when it is needed next."""
        state = SubjectState(
            kept.subject, b"", kept.next_change, kept.open, kept.engine, reference_position, kept.revision
        )
        return self._save_subjects([state])

    def _put_signals(self, kept: Kept) -> None:
        self._writer.execute("DELETE FROM signals WHERE subject = ?", (kept.subject,))
        self._save_signals([(kept.subject, *signal) for signal in kept.signals])
