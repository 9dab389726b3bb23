"""A worker's machine is set an hour ahead, and an hour back: findings are what they were, and as early as they were."""

from pathlib import Path

import pytest

from tests.fault.county_run import LATE_SECONDS, Run, compare
from tests.support.broker import Node

HOUR_SECONDS = 3600


@pytest.mark.timeout(300)
def test_a_machine_whose_clock_jumps_judges_nothing_early_or_late(broker: Node, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong-by"
    wrong.write_text("0")
    odd = ("env", f"SUNDIAL_ODD_CLOCK={wrong}")
    run = Run(broker, tmp_path, 7, under=odd, module="tests.fault.odd_program")
    try:
        run.start()
        for seconds in (HOUR_SECONDS, -HOUR_SECONDS, 0):
            run.work(3)
            wrong.write_text(str(seconds))
        run.work(3)
        compare(run, LATE_SECONDS)
    finally:
        run.close()
