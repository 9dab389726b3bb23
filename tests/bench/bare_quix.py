"""Quix Streams counting the events of each subject, decoded, in its state store with its changelog topic.

    .venv/bench/bin/python -m tests.bench.bare_quix BOOTSTRAP TOPIC GROUP COUNT

Its checkpoints (state, changelog, offsets) are made every second, as a worker commits its offsets. Prints the seconds
from its first event to its last, and ends.
"""

import os
import sys
import tempfile
import time
from typing import Any

from quixstreams import Application, State

from domain.events import decode_event


def main(bootstrap: str, topic: str, group: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = Application(
            bootstrap, consumer_group=group, auto_offset_reset="earliest", state_dir=folder, commit_interval=1.0,
            loglevel="ERROR",
        )  # fmt: skip
        seen, begun = 0, 0.0

        def take(value: bytes, state: State) -> Any:
            nonlocal seen, begun
            begun = begun or time.perf_counter()
            decode_event(value, 0)
            state.set("events", state.get("events", 0) + 1)
            seen += 1
            if seen == count:
                print(time.perf_counter() - begun, flush=True)
                os._exit(0)

        events = app.dataframe(app.topic(topic, value_deserializer="bytes", key_deserializer="bytes"))
        events.apply(take, stateful=True)
        app.run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
