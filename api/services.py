"""What the routes need from the rest of Sundial: ports and a few functions, given by the composition root."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, kw_only=True)
class Running:
    """What every process tells of itself, and whom it lets in. The functions may be called from any thread."""

    tokens: Tokens
    probes: Mapping[str, Callable[[], str | None]]
    """Readiness by part: None when ready, else what is wrong."""
    degraded: Mapping[str, Callable[[], str | None]] = field(default_factory=dict)
    """Parts without which events are still taken and supervised: None when well, else what is wrong."""
    readings: Callable[[], Mapping[str, float]]
    """Gauges of `api.telemetry.GAUGES`."""


@dataclass(frozen=True, kw_only=True)
class Reception(Running):
    """What taking events in needs."""

    log: Intake
    holders: Callable[[str], frozenset[str]]
    """Every hall at which a case is known to be, or to have been."""
    clock: Clock
    identities: Identities
    limits: Limits
    rate: Rate


@dataclass(frozen=True)
class Rebuilding:
    """Making the read store anew; each stops once its event is set, and raises Cancelled."""

    from_log: Callable[[Progress, threading.Event], Report]
    from_kafka: Callable[[int, Progress, threading.Event], Report] | None = None
    """Reads history from Kafka anew, and judges it in so many processes; None where there is no Kafka."""


@dataclass(frozen=True, kw_only=True)
class Carrying(Running):
    """What the process that fills the read store of the cluster size needs."""

    rebuilding: Rebuilding


@dataclass(frozen=True, kw_only=True)
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
    version: Callable[[], object]
    """Changes whenever the wall may look different; cheap."""
    dead_letters: Callable[[], Sequence[DeadLetterRow]]
    replay_dead_letters: Callable[[list[int]], Sequence[DeadLetterRow]]
    """Judge these again; those that fail still."""
    rebuilding: Rebuilding | None = None
    """None where another process fills the read store."""
    web: Path
    """Folder of the built screens."""


def running_of(request: Request) -> Running:
    """What the app was created with, whatever it does."""
    running = request.app.state.services
    assert isinstance(running, Running)
    return running


def rebuilding_of(request: Request) -> Rebuilding:
    """How the process that the app belongs to makes the read store anew."""
    running = request.app.state.services
    assert isinstance(running, Carrying | Services)
    assert running.rebuilding is not None
    return running.rebuilding


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
    return require(request, running_of(request).tokens, "write")


def reader(request: Request) -> Grant:
    """The grant of a request that may read."""
    return require(request, running_of(request).tokens, "read")


def upkeeper(request: Request) -> Grant:
    """The grant of a request that may change reference data, and so look after the whole."""
    return require(request, running_of(request).tokens, "reference")
