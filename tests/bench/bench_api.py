"""A whole server with many open cases: replay of one case, and due instant to finding on the live stream.

    python -m tests.bench.bench_api [--open 100000] [--json]

Replay is `GET /v1/cases/{case}` of cases with twelve events (two suspensions, stages, a transfer, an extension),
ledgers included, one request at a time. Live: cases with a promise that ends at a known instant, one every
100 ms; the time from that instant to the first frame of `/v1/live` that shows the finding. Burst: five thousand cases
whose promises end at one instant; the time from it to the first frame that counts all of them. All this while the
open cases lie in the same server.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.integration.api.serving import Server, event, reference_events

OPEN = 100_000
BATCH = 5_000
REPLAYED = 20
REQUESTS = 500
DUE = 300
SPACING = timedelta(milliseconds=100)
BURST = 5_000


def measure(open_cases: int = OPEN) -> dict[str, float]:
    """Seconds and counts; `replay_p99_ms` and `due_to_live_p99_ms` are what the aims are about."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data")
        try:
            server.post(*reference_events())
            began = time.monotonic()
            _fill(server, open_cases)
            posted = time.monotonic() - began
            _settle(server, open_cases)
            return {
                "open_cases": open_cases,
                "events_posted_per_second": open_cases / posted,
                "seconds_until_shown": time.monotonic() - began,
                **_replay(server),
                **_due_to_live(server),
                **_burst(server),
                **_frames(server),
                "resident_mb": _resident(server.process.pid),
            }
        finally:
            server.stop()


def _fill(server: Server, count: int) -> None:
    now = _text(datetime.now(UTC) - timedelta(hours=1))
    for start in range(0, count, BATCH):
        server.post(
            *[
                event(
                    "case.accepted",
                    f"open-{number}",
                    now,
                    item="permit",
                    hall="county",
                    officer=f"o-{number % 50}",
                )
                for number in range(start, min(start + BATCH, count))
            ]
        )


def _settle(server: Server, open_cases: int) -> None:
    """Wait until supervisor and read side have taken everything, and every case is in the read store."""
    deadline = time.monotonic() + 1_800
    while time.monotonic() < deadline:
        lines = dict(
            line.rsplit(" ", 1) for line in server.http.get("/metrics").text.splitlines() if line[:1] != "#"
        )
        lags = (lines["sundial_supervisor_lag_events"], lines["sundial_projection_lag_events"])
        if lags == ("0.0", "0.0") and server.get("/v1/wall")["figures"]["open"] >= open_cases:
            return
        time.sleep(1)
    raise AssertionError("the server did not catch up")


def _replay(server: Server) -> dict[str, float]:
    for number in range(REPLAYED):
        server.post(*_a_life(f"life-{number}"))
    took = []
    for number in range(REQUESTS):
        began = time.perf_counter()
        answer = server.http.get(f"/v1/cases/life-{number % REPLAYED}")
        took.append((time.perf_counter() - began) * 1e3)
        assert answer.status_code == 200
    return {"replay_p50_ms": _share(took, 0.5), "replay_p99_ms": _share(took, 0.99)}


def _a_life(subject: str) -> list[dict[str, Any]]:
    def at(day: int, hour: int) -> str:
        return f"2026-03-{day:02}T{hour:02}:00:00+08:00"

    return [
        event("case.materials_received", subject, at(2, 9), item="permit", hall="county", complete=True),
        event("case.accepted", subject, at(2, 10), item="permit", hall="county", officer="o-1"),
        event(
            "case.stage_started", subject, at(2, 11), f"{subject}/s1", stage="review", limit="3 working_day"
        ),
        event(
            "case.suspended",
            subject,
            at(3, 10),
            f"{subject}/p1",
            kind="expert_review",
            span="one",
            notice_no="1",
            approver="x",
            approved_limit="10 working_day",
        ),
        event("case.resumed", subject, at(9, 10), f"{subject}/r1", span="one"),
        event("case.stage_completed", subject, at(10, 11), f"{subject}/c1", stage="review"),
        event(
            "case.transferred", subject, at(10, 12), from_hall="county", to_hall="county", to_officer="o-2"
        ),
        event(
            "case.suspended",
            subject,
            at(11, 10),
            f"{subject}/p2",
            kind="hearing",
            span="two",
            notice_no="2",
            approver="x",
            approved_limit="5 working_day",
        ),
        event("case.resumed", subject, at(16, 10), f"{subject}/r2", span="two"),
        event(
            "case.extended",
            subject,
            at(17, 9),
            limit="3 working_day",
            approver="x",
            approver_rank="organ_head",
            notice_no="3",
        ),
        event("case.decided", subject, at(24, 9), outcome="approve", decision_no="4"),
        event("case.completed", subject, at(26, 9), result="approved"),
    ]


def _due_to_live(server: Server) -> dict[str, float]:
    first = datetime.now(UTC) + timedelta(seconds=8)
    due = {f"due-{number}": first + number * SPACING for number in range(DUE)}
    _promise(server, due)
    shown: dict[str, float] = {}
    for arrived, frame in _frames_of(server):
        for finding in frame["findings"]:
            if finding["code"] == "TL-02" and finding["subject"] in due:
                shown.setdefault(finding["subject"], arrived)
        if len(shown) == DUE or arrived > due[f"due-{DUE - 1}"].timestamp() + 10:
            break
    took = [(arrived - due[subject].timestamp()) * 1e3 for subject, arrived in shown.items()]
    return {
        "due_shown": len(shown),
        "due_to_live_p50_ms": _share(took, 0.5),
        "due_to_live_p99_ms": _share(took, 0.99),
        "due_to_live_longest_ms": max(took),
    }


def _burst(server: Server) -> dict[str, float]:
    together = datetime.now(UTC) + timedelta(seconds=15)
    before = server.get("/v1/wall")["figures"]["yellow"]
    _promise(server, {f"burst-{number}": together for number in range(BURST)})
    for arrived, frame in _frames_of(server):
        late = arrived - together.timestamp()
        if frame["figures"]["yellow"] >= before + BURST:
            return {"burst": BURST, "burst_shown_seconds": late}
        if late > 120:
            break
    raise AssertionError("the wall did not count the burst")


def _promise(server: Server, due: dict[str, datetime]) -> None:
    """Accepted cases, each with the instant at which its promise ends."""
    accepted = _text(datetime.now(UTC) - timedelta(days=1))
    server.post(
        *[
            event(
                "case.accepted",
                subject,
                accepted,
                item="permit",
                hall="county",
                promised_limit={"until": _text(instant)},
            )
            for subject, instant in due.items()
        ]
    )


def _frames_of(server: Server) -> Iterator[tuple[float, dict[str, Any]]]:
    """The frames of the live stream, each with the time at which it arrived."""
    with httpx.stream("GET", f"{server.url}/v1/live", timeout=30) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                yield time.time(), json.loads(line[6:])


def _frames(server: Server) -> dict[str, float]:
    lines = dict(
        line.rsplit(" ", 1) for line in server.http.get("/metrics").text.splitlines() if line[:1] != "#"
    )
    made = float(lines["sundial_live_frame_seconds_count"])
    return {"frame_mean_ms": float(lines["sundial_live_frame_seconds_sum"]) / made * 1e3}


def _resident(pid: int) -> float:
    """Resident memory of a process in MB."""
    [line] = [
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")
    ]
    return int(line.split()[1]) / 1024


def _share(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=1000, method="inclusive")[round(share * 1000) - 1]


def _text(moment: datetime) -> str:
    return moment.isoformat()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=OPEN, help="open cases in the server")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.open)
    if asked.json:
        json.dump(found, sys.stdout)
        return
    for name, value in found.items():
        print(f"{name:28} {value:12,.1f}")


if __name__ == "__main__":
    main()
