"""A worker's probes: who is to be ended, who is only not ready, and what is told of each partition."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from streams.cluster.worker import PartitionReading
from sundial.probes import STALLED_SECONDS, serve_probes

WELL = PartitionReading(
    3, lag=0, stalled_seconds=0.0, open_subjects=7, timers=2, dead_letters=1, failure=None
)
LATE = PartitionReading(
    4, lag=12, stalled_seconds=STALLED_SECONDS + 1, open_subjects=0, timers=0, dead_letters=0, failure=None
)
KAFKA_AWAY = PartitionReading(
    5, lag=12, stalled_seconds=600.0, open_subjects=0, timers=0, dead_letters=0, failure="no broker answers"
)


@contextmanager
def a_worker(*readings: PartitionReading) -> Iterator[httpx.Client]:
    server = serve_probes("127.0.0.1", 0, lambda: readings)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as http:
            yield http
    finally:
        server.shutdown()
        server.server_close()


def test_one_that_goes_on_lives_and_is_ready() -> None:
    with a_worker(WELL) as http:
        assert (http.get("/livez").status_code, http.get("/readyz").status_code) == (200, 200)


def test_one_that_judges_nothing_although_it_could_is_to_be_ended() -> None:
    with a_worker(WELL, LATE) as http:
        answer = http.get("/livez")
        assert answer.status_code == 503
        assert answer.json()["reasons"] == ["partition 4: 12 events wait, nothing was judged for 61 s"]
        assert http.get("/readyz").status_code == 200


def test_one_whose_kafka_is_away_is_not_ready_and_is_not_to_be_ended() -> None:
    """Begun anew it would only stop at its start, and be away longer than Kafka."""
    with a_worker(KAFKA_AWAY) as http:
        assert http.get("/livez").status_code == 200
        answer = http.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["reasons"] == ["partition 5: no broker answers"]


def test_one_without_a_partition_lives_and_is_not_ready() -> None:
    with a_worker() as http:
        assert http.get("/livez").status_code == 200
        assert http.get("/readyz").json()["reasons"] == ["no partition is assigned"]


def test_metrics_are_told_by_partition() -> None:
    with a_worker(WELL, LATE) as http:
        lines = http.get("/metrics").text.splitlines()
    assert 'sundial_worker_lag_events{partition="4"} 12.0' in lines
    assert 'sundial_worker_open_subjects{partition="3"} 7.0' in lines
    assert 'sundial_worker_dead_letters{partition="3"} 1.0' in lines
