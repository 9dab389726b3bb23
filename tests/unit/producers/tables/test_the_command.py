"""`sundial import table` as people call it."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sundial.cli import build_app
from tests.unit.producers.tables.reading import ONE_PER_CASE, ONE_PER_EVENT, SAMPLES


def called(*arguments: str | Path) -> Result:
    words = ["import", "table", *(str(one) for one in arguments)]
    return CliRunner().invoke(build_app(words), words)


def example(name: str) -> tuple[Path, str, Path]:
    return SAMPLES / f"{name}.csv", "--mapping", SAMPLES / f"{name}.yaml"


def test_a_dry_run_tells_what_was_understood_and_touches_nothing(tmp_path: Path) -> None:
    result = called(*example("incidents"), "--dry-run", "--data", tmp_path / "data")
    assert result.exit_code == 1
    for line in (
        "21 rows: 0 skipped by `where`, 1 say nothing, 2 refused",
        "3 cases; 2 left out for a refused row",
        "3 case.suspended",
        "'Awaiting User Info' -> pause user_info",
        "row 20 of INC4, incident_state 'On Holiday': is not among the mapping's values",
        "Dry run: nothing was imported; it would be 18 events.",
    ):
        assert line in result.output
    assert not (tmp_path / "data").exists()


def test_a_table_is_imported_once(tmp_path: Path) -> None:
    first = called(*example("incidents"), "--data", tmp_path / "data")
    assert "18 events: 18 new, 0 known already, 0 refused." in first.output
    assert "sundial serve --clock 2026-03-03T15:00:00Z" in first.output
    second = called(*example("incidents"), "--data", tmp_path / "data")
    assert "18 events: 0 new, 18 known already, 0 refused." in second.output
    assert (first.exit_code, second.exit_code) == (1, 1)


def test_every_refused_row_is_written_to_a_file(tmp_path: Path) -> None:
    called(*example("city-311"), "--dry-run", "--refused", tmp_path / "refused.csv")
    with (tmp_path / "refused.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["case"], row["column"]) for row in rows] == [
        ("8", "311-1007", "Created Date"),
        ("9", "311-1008", "Created Date"),
    ]


def test_json_says_the_same() -> None:
    result = CliRunner().invoke(
        build_app(["import"]), ["import", "table", *map(str, example("fines")), "--dry-run", "--json"]
    )
    document = json.loads(result.stdout)
    assert (document["cases"], document["refused_rows"], document["dry_run"]) == (4, 1, True)
    assert document["types"] == {"case.accepted": 4, "case.applied": 4, "case.completed": 3}
    assert document["refusals"][0]["row"] == 16
    assert document["begin"] == "2025-01-10T11:00:00Z"


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (ONE_PER_CASE + "wheer: {}", "map.yaml:9: wheer: unknown key"),
        (
            ONE_PER_CASE.replace("column: ended", "column: end"),
            "map.yaml:8: events[1].time: expected a column 'end'",
        ),
        (ONE_PER_CASE + "name: twice", "map.yaml:9: name: the same key twice"),
        ("name: [", "not valid YAML"),
    ],
)
def test_a_wrong_mapping_is_an_error_with_file_and_line(tmp_path: Path, mapping: str, said: str) -> None:
    (tmp_path / "map.yaml").write_text(mapping, "utf-8")
    (tmp_path / "t.csv").write_text("id,begun,ended\na,2026-03-02 09:00,\n", "utf-8")
    result = called(tmp_path / "t.csv", "--mapping", tmp_path / "map.yaml", "--data", tmp_path / "data")
    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "data").exists()


def test_a_broken_file_imports_nothing(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(ONE_PER_CASE, "utf-8")
    (tmp_path / "t.csv").write_text('id,begun,ended\na,2026-03-02 09:00,\nb,"2026', "utf-8")
    result = called(tmp_path / "t.csv", "--mapping", tmp_path / "map.yaml", "--data", tmp_path / "data")
    assert result.exit_code == 2
    assert "t.csv: after row 2: not a whole CSV file" in result.output
    assert not (tmp_path / "data").exists()


def table(folder: Path, mapping: str, rows: str) -> tuple[Path, str, Path]:
    (folder / "map.yaml").write_text(mapping, "utf-8")
    (folder / "t.csv").write_text(rows, "utf-8")
    return folder / "t.csv", "--mapping", folder / "map.yaml"


ONE_LOST = (
    "id,what,at,yuan\na,begin,2026-03-02 09:00,\nb,begin,2026-03-02 09:00,\nb,end,2026-03-03 09:00,\n"
    "end,2026-03-03 09:00,5\n"
)


def test_a_row_of_nobody_knows_whom_stops_the_import(tmp_path: Path) -> None:
    """It may be the end of case a, which would stand as overdue."""
    given = table(tmp_path, ONE_PER_EVENT, ONE_LOST)
    result = called(*given, "--data", tmp_path / "data")
    assert result.exit_code == 2
    assert (
        "it cannot be known whose row 5 was (row 5: expected 4 cells as in the heading, got 3)"
        in result.output
    )
    assert "--despite-unknown" in result.output
    assert not (tmp_path / "data").exists()
    dry = called(*given, "--dry-run")
    assert dry.exit_code == 2
    assert "nothing was imported, and nothing would be" in dry.output


def test_who_goes_on_without_such_a_row_reads_which_it_was(tmp_path: Path) -> None:
    given = table(tmp_path, ONE_PER_EVENT, ONE_LOST)
    result = called(*given, "--data", tmp_path / "data", "--despite-unknown")
    assert result.exit_code == 1
    assert "It cannot be known whose these are: row 5. Any case of this table may lack" in result.output
    assert "3 events: 3 new" in result.output


def test_a_dry_run_tells_what_rows_without_an_event_hold_and_what_is_odd(tmp_path: Path) -> None:
    rows = "id,begun,ended\na,2026-03-03 09:00,2026-03-02 09:00\nb,,\n"
    result = called(*table(tmp_path, ONE_PER_CASE + "no_event: skip", rows), "--dry-run")
    assert "1 say nothing: no time in any column" in result.output
    assert "1 x case.completed lies before case.accepted: row 2" in result.output
