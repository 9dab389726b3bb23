"""The long run: every property of clocks and verdicts with a hundred times the examples, new ones each time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROPERTIES = sorted(
    path for path in HERE.glob("test_*.py") if path.name.startswith(("test_clock", "test_judge"))
)


@pytest.mark.soak
@pytest.mark.parametrize(
    "path", [path for path in PROPERTIES if path != Path(__file__)], ids=lambda path: path.stem
)
def test_the_properties_hold_for_many_more_examples(path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-m", "not soak", "--timeout=0", str(path)]
    done = subprocess.run(
        command, cwd=HERE.parent.parent, env=os.environ | {"HYPOTHESIS_PROFILE": "soak"}, check=False
    )
    assert done.returncode == 0
