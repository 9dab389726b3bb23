"""What the routes need from the rest of Sundial: ports and a few functions, given by the composition root."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request

from api.auth import Grant, Tokens, require
from api.identity import Identities
from api.rate import Rate
from api.replay import ReferenceReader
from projections.issued import Said
from projections.past import Pasts
from projections.rebuild import Progress, Report
from streams.ports import Clock, DeadLetterRow, EventLog, Intake, Signals, Store


@dataclass(frozen=True)
class Limits:
    """Bounds of one request."""

    body_bytes: int = 8 * 1024 * 1024
    batch_events: int = 5_000


@dataclass(frozen=True)
class Reception:
    """What taking events in needs. The functions may be called from any thread."""

    log: Intake
    holders: Callable[[str], frozenset[str]]
    """Every hall at which a case is known to be, or to have been."""
    clock: Clock
    tokens: Tokens
    identities: Identities
    limits: Limits
    rate: Rate
    probes: Mapping[str, Callable[[], str | None]]
    """Readiness by part: None when ready, else what is wrong."""
    readings: Callable[[], Mapping[str, float]]
    """Gauges of `api.telemetry.GAUGES`."""


@dataclass(frozen=True)
class Services(Reception):
    """Everything a route may use."""

    log: EventLog
    signals: Signals
    """What was forwarded to subjects that are not its own."""
    store: Store
    reference: ReferenceReader
    zone: str
    """Zone of the county: whose date is today."""
    pasts: Pasts
    """The read store of another moment."""
    said: Callable[[str], Said]
    """What live supervision issued on a subject."""
    wall: Callable[[Store, int, int], dict[str, Any]]
    """The wall's document, of a read store, as at and as known at these instants."""
    degraded: Mapping[str, Callable[[], str | None]]
    """Parts without which events are still taken and supervised: None when well, else what is wrong."""
    version: Callable[[], object]
    """Changes whenever the wall may look different; cheap."""
    dead_letters: Callable[[], Sequence[DeadLetterRow]]
    replay_dead_letters: Callable[[list[int]], Sequence[DeadLetterRow]]
    """Judge these again; those that fail still."""
    rebuild: Callable[[Progress, threading.Event], Report]
    """Make the read store anew, until the event is set."""
    rebuild_from_kafka: Callable[[int, Progress, threading.Event], Report] | None
    """The same from Kafka, in so many processes; None where there is none."""
    web: Path
    """Folder of the built screens."""


def reception_of(request: Request) -> Reception:
    """What the app was created with, as far as taking events in needs it."""
    reception = request.app.state.services
    assert isinstance(reception, Reception)
    return reception


def services_of(request: Request) -> Services:
    """The services that the app was created with."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


def writer(request: Request) -> Grant:
    """The grant of a request that may send events."""
    return require(request, reception_of(request).tokens, "write")


def reader(request: Request) -> Grant:
    """The grant of a request that may read."""
    return require(request, reception_of(request).tokens, "read")


def upkeeper(request: Request) -> Grant:
    """The grant of a request that may change reference data, and so look after the whole."""
    return require(request, services_of(request).tokens, "reference")
