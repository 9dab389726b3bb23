"""What the routes need, made of a log, a state and a read store: in both sizes by one function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from api.replay import ReferenceReader
from api.services import Rebuilding, Services
from api.speaking import holders
from domain.reference import Reference
from projections.issued import said_of
from projections.past import Pasts
from projections.queries.wall import WallFrame, wall_document
from streams.clock import SettingClock
from streams.ports import DeadLetterRow, EventLog, StateStore, Store
from sundial.admission import Admission
from sundial.settings import Settings
from sundial.shipped import holiday_sets

__all__ = ["Parts", "services_of_parts"]

Probe = Callable[[], str | None]


@dataclass(frozen=True)
class Parts:
    """What the two sizes have each in a way of their own."""

    log: EventLog
    state: StateStore
    store: Store
    clock: SettingClock
    behind: Callable[[], int]
    """Events that are not judged yet, or cannot be asked for yet."""
    version: Callable[[], object]
    """Changes whenever the wall may look different."""
    probes: Mapping[str, Probe]
    degraded: Mapping[str, Probe]
    readings: Callable[[], Mapping[str, float]]
    dead_letters: Callable[[], Sequence[DeadLetterRow]]
    replay_dead_letters: Callable[[list[int]], Sequence[DeadLetterRow]]
    rebuilding: Rebuilding | None = None
    shared: bool = False
    """Whether other processes write to the read store too."""


def services_of_parts(
    settings: Settings, admission: Admission, parts: Parts, title: Mapping[str, str] | None = None
) -> Services:
    """The services; `title` (by language) in place of the settings'."""
    log, state = parts.log, parts.state
    reference = ReferenceReader(log, Reference(holiday_sets()))
    return Services(
        log=log,
        holders=lambda subject: holders(log, subject),
        clock=parts.clock,
        signals=state,
        store=parts.store,
        tokens=admission.tokens,
        identities=admission.identities,
        limits=admission.limits,
        rate=admission.rate,
        reference=reference,
        zone=settings.zone,
        pasts=Pasts(parts.store, log, Reference(holiday_sets()), state, shared=parts.shared),
        said=lambda subject: said_of(subject, log, state),
        wall=_wall(settings, parts, reference, title),
        version=parts.version,
        probes=parts.probes,
        degraded=parts.degraded,
        dead_letters=parts.dead_letters,
        replay_dead_letters=parts.replay_dead_letters,
        rebuilding=parts.rebuilding,
        readings=parts.readings,
        web=settings.web,
    )


def _wall(
    settings: Settings, parts: Parts, reference: ReferenceReader, title: Mapping[str, str] | None
) -> Callable[[Store, int, int], dict[str, Any]]:
    setting = parts.clock.setting
    mode = "live" if setting.mode == "live" else "accelerated" if setting.rate != 1 else "started"
    frame = WallFrame(
        ZoneInfo(settings.zone),
        dict(title or {"zh": settings.title_zh, "en": settings.title_en}),
        {"mode": mode, "rate": setting.rate},
    )

    def wall(store: Store, at: int, known_at: int) -> dict[str, Any]:
        document = wall_document(store, reference.current().at(known_at), at, frame)
        document["behind"] = parts.behind()
        return document

    return wall
