"""A worker catching up, beside others that read the same topic: Faust, aiokafka and Quix Streams.

    python -m tests.bench.bench_worker [--json]

The events of a synthetic county lie in one partition of a real broker. A bare Faust agent decodes them, with the
worker's acknowledgement; a loop over aiokafka's `getmany` decodes them, counts them by subject and commits; Quix
Streams does so with its state store and changelog. Then `sundial worker` judges them: its rate is from the first state
that it commits to the last, and a sampling profiler tells what its time goes to. At last the same events are sent to
two workers with a partition each, which were waiting for them. All are told by the clock on the wall, one after the
other, on one machine with the broker.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from streams.cluster.messages import Progress, progress_key
from tests.bench.county import tell
from tests.bench.county_in_kafka import Acknowledged, begin, send, traffic_of
from tests.bench.sampled import TOOLS, sampling, shares
from tests.support.broker import Node, free_ports
from tests.support.commands import ROOT
from tests.support.workers import Worker, read, until

DAYS = 20
PREFIX, TWO = "bench", "bench-two"


def peer(python: str, name: str, bootstrap: str, count: int) -> float:
    """Events per second of another reader, in a process of its own."""
    done = subprocess.run(
        [python, "-m", f"tests.bench.{name}", bootstrap, f"{PREFIX}.events", name, str(count)],
        stdout=subprocess.PIPE, check=True, text=True, timeout=300, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}"},
    )  # fmt: skip
    return count / float(re.findall(r"[\d.]+$", done.stdout.strip())[0])


def caught_up(bootstrap: str, prefix: str, some: list[Worker], count: int) -> float:
    """Wait until workers have judged so many events; how many a second, from the first commit to the last."""
    acknowledged = Acknowledged(bootstrap, f"{prefix}.events", f"{prefix}.supervisor")
    until("all is judged", lambda: acknowledged.count() >= count, some, 600)
    acknowledged.close()
    times, begun, judged = list[int](), 0, 0
    for partition in read(bootstrap, f"{prefix}.state"):
        told = [
            (one.appended_ms, msgspec.msgpack.decode(one.value, type=Progress).place)
            for one in partition
            if one.key == progress_key(1)
        ]
        advanced = [now for now, before in zip(told[1:], told, strict=False) if now[1] > before[1]]
        first = next(one for one in told if one[1] >= 0)
        times += [first[0], *(when for when, _ in advanced)]
        begun += first[1]
        judged += told[-1][1]
    return (judged - begun) / ((max(times) - min(times)) / 1000)


def measure() -> dict[str, float]:
    """The rates, the worker's share of Faust's, and the shares of its time."""
    with tempfile.TemporaryDirectory() as name, Node(Path(name) / "kafka", free_ports(1)[0]) as node:
        folder, report = Path(name), Path(name) / "report"
        events = traffic_of(DAYS)
        count = len(events)
        begin(folder, node.address, PREFIX, 1)
        send(node.address, f"{PREFIX}.events", events)
        faust = peer(sys.executable, "bare_faust", node.address, count)
        aiokafka = peer(sys.executable, "bare_aiokafka", node.address, count)
        quix = peer(f"{TOOLS}/python", "bare_quix", node.address, count)
        one = Worker(folder / "one", node.address, PREFIX, 1, under=sampling(report)).start()
        try:
            worker = caught_up(node.address, PREFIX, [one], count)
            one.send(signal.SIGINT)
            until("the profile is written", lambda: one.ended() is not None, [one], 60)
        finally:
            one.kill()
        begin(folder, node.address, TWO, 2)
        some = [Worker(folder / f"two-{number}", node.address, TWO, 2).start() for number in range(2)]
        try:
            until("each has a partition", lambda: all(each.probe("/readyz")[0] == 200 for each in some), some)
            send(node.address, f"{TWO}.events", events)
            two = caught_up(node.address, TWO, some, count)
        finally:
            for each in some:
                each.kill()
        return {
            "events": count,
            "worker_events_per_second": worker,
            "two_workers_events_per_second": two,
            "faust_events_per_second": faust,
            "aiokafka_events_per_second": aiokafka,
            "quix_events_per_second": quix,
            "share_of_faust": worker / faust,
            "share_of_aiokafka": worker / aiokafka,
            "share_of_quix": worker / quix,
            "two_to_one": two / worker,
            "ms_per_event": 1000 / worker,
            **{f"share_time_{kind}": share for kind, share in shares(report).items()},
        }


if __name__ == "__main__":
    tell(measure, __doc__)
