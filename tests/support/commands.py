"""Commands of Sundial in processes of their own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


def begin(log: Path, *arguments: str, under: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """`sundial ARGUMENTS`, this tree's; all that it says goes to the end of `log`. `under` is what starts it."""
    with log.open("ab") as said:
        return subprocess.Popen(
            [*under, sys.executable, "-m", "sundial", *arguments],
            cwd=ROOT, stdout=said, stderr=said, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
