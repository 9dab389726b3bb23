"""A Faust agent that only decodes, with the acknowledgement of a worker: what a worker is measured against.

    python -m tests.bench.bare_faust BOOTSTRAP TOPIC GROUP COUNT

Prints the seconds from its first event to its last, and ends.
"""

import os
import sys
import tempfile
import time
from typing import Any

import faust
import mode

from domain.events import decode_event


def main(bootstrap: str, topic: str, group: str, count: int) -> None:
    app = faust.App(
        group, broker=f"kafka://{bootstrap}", store="memory://", key_serializer="raw", value_serializer="raw",
        datadir=tempfile.mkdtemp(), topic_allow_declare=False, topic_disable_leader=True, web_enabled=False,
        consumer_auto_offset_reset="earliest", stream_wait_empty=False, stream_recovery_delay=0.0,
    )  # fmt: skip
    events = app.topic(topic, value_type=bytes, value_serializer="raw", key_serializer="raw")
    seen, begun = 0, 0.0

    async def take(stream: Any) -> None:
        nonlocal seen, begun
        async for some in stream.noack().noack_take(2_000, within=0.05):
            begun = begun or time.perf_counter()
            for event in some:
                decode_event(event.value, 0)
            for event in some:
                await stream.ack(event)
            seen += len(some)
            if seen >= count:
                print(time.perf_counter() - begun, flush=True)
                os._exit(0)

    app.agent(events, supervisor_strategy=mode.CrashingSupervisor)(take)
    faust.Worker(app, loglevel="ERROR", redirect_stdouts=False, quiet=True).execute_from_commandline()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
