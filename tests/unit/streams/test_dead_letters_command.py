"""`sundial dead-letters` on a data folder."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from domain.fold import CaseFold
from streams.embedded import Embedded
from sundial.cli import build_app
from tests.unit.streams.histories import BEGIN, base, event, open_hall


def sundial(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(list(arguments)), list(arguments))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with one dead letter, of a rule that has been mended since."""
    embedded = Embedded(tmp_path, base(), start=BEGIN)
    open_hall(embedded.journal)

    sound = CaseFold.step

    def crashing(fold: CaseFold, *arguments: Any) -> None:
        if fold.subject == "案件-1":
            raise ZeroDivisionError("a rule divides by nothing")
        sound(fold, *arguments)

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(CaseFold, "step", crashing)
        embedded.journal.append(
            [event("e1", "case.accepted", "案件-1", BEGIN, item="permit", hall="weixian")]
        )
        while embedded.supervision.turn():
            pass
    embedded.close()
    return tmp_path


def test_dead_letters_are_listed_with_their_cause(folder: Path) -> None:
    shown = sundial("dead-letters", "list", "--data", str(folder))
    assert shown.exit_code == 0
    assert "案件-1" in shown.stdout
    [one] = json.loads(sundial("dead-letters", "list", "--data", str(folder), "--json").stdout)
    assert one["cause"].startswith("ZeroDivisionError: a rule divides by nothing")
    assert (one["number"], one["kind"], one["replayed_at"]) == (1, "step", None)


def test_dead_letters_are_replayed(folder: Path) -> None:
    assert sundial("dead-letters", "replay", "--all", "--data", str(folder)).stdout == "1 of 1 judged.\n"
    assert sundial("dead-letters", "list", "--data", str(folder)).stdout == "No dead letters.\n"
    assert "judged" in sundial("dead-letters", "list", "--replayed", "--data", str(folder)).stdout


def test_what_cannot_be_replayed_is_said(folder: Path) -> None:
    unknown = sundial("dead-letters", "replay", "7", "--data", str(folder))
    assert unknown.exit_code == 2
    assert "no dead letter 7 is left" in unknown.stderr
    assert sundial("dead-letters", "replay", "--data", str(folder)).exit_code == 2


def test_a_folder_without_supervision_has_no_dead_letters(tmp_path: Path) -> None:
    assert sundial("dead-letters", "list", "--data", str(tmp_path / "new")).stdout == "No dead letters.\n"
