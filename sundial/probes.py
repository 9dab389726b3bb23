"""Probes and metrics of a process that has no API of its own: a worker."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from streams.cluster.worker import PartitionReading

__all__ = ["STALLED_SECONDS", "serve_probes"]

STALLED_SECONDS: Final = 60.0
"""A partition that judges nothing for so long although there is something to judge hangs; its worker is to be ended."""

_GAUGES: Final = (
    ("lag", "sundial_worker_lag_events", "Events of the partition that are not judged yet"),
    (
        "stalled_seconds",
        "sundial_worker_stalled_seconds",
        "Since when nothing is judged although there is something",
    ),
    ("open_subjects", "sundial_worker_open_subjects", "Subjects that are open"),
    ("timers", "sundial_worker_timers", "Subjects that wait for an instant"),
    ("dead_letters", "sundial_worker_dead_letters", "What could not be judged and was not replayed"),
)


def serve_probes(host: str, port: int, readings: Callable[[], Iterable[PartitionReading]]) -> WSGIServer:
    """Answer /livez, /readyz and /metrics in a thread, until the server is shut down. Raises OSError."""
    registry = CollectorRegistry()
    registry.register(_Readings(readings))
    metrics = make_wsgi_app(registry)

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            told: Iterable[bytes] = metrics(environ, start)
            return told
        wrong = {"/livez": _hangs, "/readyz": _not_ready}.get(path)
        if wrong is None:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"/livez, /readyz or /metrics\n"]
        reasons = wrong(list(readings()))
        start("503 Service Unavailable" if reasons else "200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"status": "failing" if reasons else "ok", "reasons": reasons}).encode()]

    server = make_server(host, port, answer, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
    return server


def _hangs(readings: list[PartitionReading]) -> list[str]:
    """A partition that has failed is not meant: it is opened anew by itself, and while Kafka is away a worker that was
    ended could not even begin."""
    return [
        f"partition {one.number}: {one.lag} events wait, nothing was judged for {one.stalled_seconds:.0f} s"
        for one in readings
        if one.failure is None and one.stalled_seconds > STALLED_SECONDS
    ]


def _not_ready(readings: list[PartitionReading]) -> list[str]:
    if not readings:
        return ["no partition is assigned"]
    return [f"partition {one.number}: {one.failure}" for one in readings if one.failure is not None]


class _Readings(Collector):
    def __init__(self, readings: Callable[[], Iterable[PartitionReading]]) -> None:
        self._readings = readings

    def collect(self) -> Iterator[GaugeMetricFamily]:
        readings = list(self._readings())
        for name, metric, text in _GAUGES:
            gauge = GaugeMetricFamily(metric, text, labels=["partition"])
            for one in readings:
                gauge.add_metric([str(one.number)], getattr(one, name))
            yield gauge


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Probes come every few seconds."""
