"""Every metric that Sundial exports, in one place. Scraped at `/metrics`; ages and counts, never instants.

Names begin with `sundial_`; counters end in `_total`, durations are in seconds. Figures about the whole
system (lags, open cases) are read when the scrape comes, by `collector`, so that they are never stale.
"""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

disable_created_metrics()  # type: ignore[no-untyped-call]  # they would be instants
REGISTRY = CollectorRegistry()

EVENTS = Counter(
    "sundial_ingest_events",
    "Events received over HTTP, by what became of them: accepted, duplicate, refused",
    ["status"],
    registry=REGISTRY,
)
REQUESTS = Counter(
    "sundial_http_requests",
    "HTTP requests answered, by route template and status",
    ["route", "status"],
    registry=REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "sundial_http_request_seconds",
    "Time to answer an HTTP request, by route template; streams are left out",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
REPLAY_SECONDS = Histogram(
    "sundial_replay_seconds",
    "Time to judge one case from its whole history for a reader",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2),
    registry=REGISTRY,
)
LIVE_VIEWERS = Gauge("sundial_live_viewers", "Open live streams", registry=REGISTRY)
LIVE_FRAMES = Counter("sundial_live_frames", "Frames serialised for the live stream", registry=REGISTRY)
LIVE_FRAME_SECONDS = Histogram(
    "sundial_live_frame_seconds",
    "Time to query and serialise one frame of the live stream",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
    registry=REGISTRY,
)
LIVE_FAILURES = Counter("sundial_live_failures", "Frames that could not be made", registry=REGISTRY)

GAUGES: dict[str, str] = {
    "sundial_log_events": "Events in the log",
    "sundial_last_event_age_seconds": "Age of the newest event by its recorded time, on Sundial's own clock",
    "sundial_supervisor_lag_events": "Events in the log that the supervisor has not judged yet",
    "sundial_supervisor_timers": "Subjects that wait for an instant at which their verdict changes",
    "sundial_supervisor_issues": "Findings raised, escalated and lifted since the process started",
    "sundial_open_subjects": "Subjects that are open",
    "sundial_dead_letters": "Dead letters that have not been replayed",
    "sundial_due_to_finding_count": "Timers that were judged when they were due, since the process started",
    "sundial_due_to_finding_seconds_sum": "Seconds from the instants of those timers to their findings on disk",
    "sundial_due_to_finding_longest_seconds": "The longest of those times",
    "sundial_projection_lag_events": "Events in the log that the read side has not taken yet",
    "sundial_projection_lag_verdicts": "Findings and verdicts that the read side has not taken yet",
    "sundial_projection_failures": "Batches that failed in a row on the way to the read side; 0 while all is well",
    "sundial_outbox_backlog_events": "Accepted events that the broker has not acknowledged yet",
    "sundial_outbox_oldest_seconds": "Age of the oldest of them, on Sundial's own clock; 0 when there is none",
    "sundial_outbox_stopped_events": "Accepted events that the broker would never take, kept in the outbox",
    "sundial_outbox_failures": "Attempts to send that failed in a row; 0 while all is well",
    "sundial_clock_rate": "Speed of Sundial's clock; 1 is real time",
}
"""Gauges read at scrape time: name -> help. A reading that is not known is left out."""


class _AtScrape(Collector):
    def __init__(self, read: Callable[[], Mapping[str, float]]) -> None:
        self._read = read

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """The families without readings, so that registering reads nothing."""
        return [GaugeMetricFamily(name, text) for name, text in GAUGES.items()]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """One family per reading."""
        readings = self._read()
        for name, text in GAUGES.items():
            if name in readings:
                yield GaugeMetricFamily(name, text, value=readings[name])


def collector(read: Callable[[], Mapping[str, float]]) -> Collector:
    """A collector of the figures that `read` tells at each scrape, by the names of `GAUGES`."""
    return _AtScrape(read)
