"""The sink, killed again and again while it carries: everything is there once in the end."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from tests.unit.projections.world import World
from tests.unit.streams.histories import HOUR, Hall

KILLS = 8
CARRIER = """
import sys
from pathlib import Path
import projections.sink
from tests.unit.projections.world import World

projections.sink.EVENTS, projections.sink.ISSUES, projections.sink.VERDICTS = 4, 2, 2
world = World(Path(sys.argv[1]))
print("carrying", flush=True)
world.sink.drain()
print("done", flush=True)
world.close()
"""


def test_killed_while_it_carries_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.open_hall()
    hall = Hall(21, cases=40)
    for _ in range(120):
        world.clock.instant += HOUR
        world.journal.append(hall.batch(world.clock.now()))
    world.supervise()
    world.close()
    draw, kills, done = random.Random(5), 0, False
    while not done:
        process = subprocess.Popen(
            [sys.executable, "-c", CARRIER, str(tmp_path)],
            cwd=Path(__file__).parents[3],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "carrying\n"
        if kills < KILLS:
            time.sleep(draw.uniform(0.0, 0.4))
            process.kill()
            kills += 1
        done = process.stdout.readline() == "done\n" and process.wait(60) == 0
        process.stdout.close()
        process.wait(60)
    world = World(tmp_path)
    assert [row["position"] for row in world.rows("events")] == list(range(1, world.journal.end() + 1))
    assert [row["seq"] for row in world.rows("findings")] == [
        row.seq for row in world.state.issues(0, 10_000)
    ]
    digests = {row.subject: json.loads(row.document)["digest"] for row in world.state.verdicts(0, 10_000)}
    assert {row["subject"]: row["digest"] for row in world.rows("cases", final=True)} == digests
    world.close()
