"""A table imported beside a running server goes through it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.integration.api.serving import Server
from tests.support.commands import ROOT

TABLES = ROOT / "tests" / "data" / "tables"


def imported(data: Path, name: str) -> subprocess.CompletedProcess[str]:
    files = (str(TABLES / f"{name}.csv"), "--mapping", str(TABLES / f"{name}.yaml"))
    return subprocess.run(
        [sys.executable, "-m", "sundial", "import", "table", *files, "--data", str(data)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_table_is_taken_by_the_server_that_has_the_folder_open(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    server = serve(data=tmp_path / "data")
    first = imported(tmp_path / "data", "incidents")
    assert first.returncode == 1, first.stderr  # two rows of the sample are refused
    assert "18 events: 18 new, 0 known already, 0 refused." in first.stdout
    case = server.until(
        lambda: server.http.get("/v1/cases/INC2").status_code == 200 and server.get("/v1/cases/INC2")
    )
    clock = case["verdict"]["clocks"]["promised"]
    assert clock["state"] == "missed"
    assert clock["due"] == "2026-03-03T11:00:00Z"
    assert "18 events: 0 new, 18 known already, 0 refused." in imported(tmp_path / "data", "incidents").stdout
