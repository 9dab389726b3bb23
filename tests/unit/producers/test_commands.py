"""`sundial import` and `sundial simulate` as people call them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sundial.cli import build_app

SAMPLE = Path(__file__).parents[2] / "data" / "sample.xes"


def called(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(list(arguments)), list(arguments))


def test_a_log_is_imported_once(tmp_path: Path) -> None:
    first = called("import", "xes", str(SAMPLE), "--data", str(tmp_path / "data"))
    assert first.exit_code == 0, first.output
    assert "12 cases with 22 activities, as 66 events: 66 new, 0 known already, 0 refused." in first.output
    assert "sundial serve --clock 2024-03-20T15:00:00Z" in first.output
    second = called("import", "xes", str(SAMPLE), "--data", str(tmp_path / "data"))
    assert "0 new, 66 known already" in second.output


def test_a_broken_log_is_an_error_with_its_place(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xes"
    broken.write_bytes(SAMPLE.read_bytes()[:-100])
    result = called("import", "xes", str(broken), "--data", str(tmp_path / "data"))
    assert result.exit_code == 2
    assert "not a whole XES log, after 11 traces" in result.output


def test_a_missing_log_is_an_error(tmp_path: Path) -> None:
    assert called("import", "xes", str(tmp_path / "none.xes")).exit_code == 2


def test_a_county_is_written_to_a_file(tmp_path: Path) -> None:
    to = tmp_path / "county.jsonl"
    start = "2026-06-01T00:00:00+08:00"
    result = called("simulate", "--seed", "3", "--start", start, "--days", "1", "--to", str(to))
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in to.read_text("utf-8").splitlines()]
    assert rows[0]["type"] == "calendar.published"
    assert sum(row["type"] == "case.applied" for row in rows) > 60


@pytest.mark.parametrize("arguments", [(), ("--to", "x", "--url", "http://127.0.0.1:1")])
def test_a_county_goes_to_one_place(arguments: tuple[str, ...]) -> None:
    result = called("simulate", *arguments)
    assert result.exit_code == 2
    assert "expected either --to FILE or --url URL" in " ".join(result.output.split())


def test_help_of_one_command_imports_neither_server_nor_store() -> None:
    code = (
        "import sys; from sundial.cli import build_app; build_app(['judge'])\n"
        "print(sorted({'chdb', 'fastapi', 'pydantic', 'uvicorn', 'httpx', 'rich.progress'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_every_command_is_listed() -> None:
    result = called("--help")
    assert result.exit_code == 0
    assert "import" in result.output
    assert "simulate" in result.output
