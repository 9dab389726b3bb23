"""`sundial dossier --scenario`: the case of a scenario file, and what is refused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sundial.cli import build_app

ROOT = Path(__file__).resolve().parents[3]
RICH = ROOT / "tests" / "data" / "dossier" / "rich_case.yaml"


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sundial", "dossier", *options],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_scenario_is_printed_as_its_last_question_asks(tmp_path: Path) -> None:
    target = tmp_path / "case.pdf"
    done = run("--scenario", str(RICH), "-o", str(target))
    assert (done.returncode, done.stdout.strip()) == (0, str(target))
    assert target.read_bytes().startswith(b"%PDF-")


def test_a_scenario_at_another_moment_in_english() -> None:
    at = "2026-02-27T12:00:00+08:00"
    done = run("--scenario", str(RICH), "--subject", "case-1", "--at", at, "--lang", "en", "--json")
    document = json.loads(done.stdout)
    assert (document["status"], document["lang"], document["at"]) == (
        "suspended",
        "en",
        "2026-02-27T04:00:00Z",
    )


def test_what_cannot_be_done_is_said_and_exits_2(tmp_path: Path) -> None:
    for options, said in (
        ((), "expected a case number"),
        (("x", "--data", str(tmp_path)), "holds no journal"),
        (("--scenario", str(RICH), "--lang", "fr"), "--lang"),
        (("--scenario", str(RICH), "--at", "monday"), "--at"),
        (("--scenario", str(tmp_path / "none.yaml")), "cannot be read"),
        (("--scenario", str(RICH), "-o", str(tmp_path / "no" / "folder.pdf")), "cannot be written"),
    ):
        done = run(*options)
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_a_case_of_which_nothing_is_known_exits_1() -> None:
    done = run("--scenario", str(RICH), "--subject", "case-9", "--at", "2026-03-01T00:00:00Z")
    assert done.returncode == 1
    assert "no event is known" in done.stderr


@pytest.mark.parametrize(("options", "start"), [(("--json",), b"{"), ((), b"%PDF")], ids=["json", "pdf"])
def test_a_dash_is_standard_output_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], start: bytes
) -> None:
    example = ROOT / "docs" / "examples" / "case.yaml"
    monkeypatch.chdir(tmp_path)
    words = ["dossier", "--scenario", str(example), *options, "-o", "-"]
    done = CliRunner().invoke(build_app(words), words)
    assert done.exit_code == 0
    assert done.stdout_bytes.startswith(start)
    assert list(tmp_path.iterdir()) == []
