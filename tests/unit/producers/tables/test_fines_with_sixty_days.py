"""Fines, one row per event, with a limit of 60 calendar days that no column states."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.producers.tables.reading import SAMPLES, Read, judged, levels, mapping_of, sample


@pytest.fixture(scope="module")
def fines() -> Read:
    return sample("fines")


@pytest.fixture(scope="module")
def verdicts(fines: Read) -> dict[str, dict[str, Any]]:
    return judged(fines, "2025-05-01T00:00:00Z")


@pytest.mark.parametrize(
    ("case", "status", "due", "expected"),
    [
        ("A1", "completed", "2025-04-04T22:00:00Z", []),
        ("A2", "completed", "2025-04-04T22:00:00Z", [("TL-02", 2)]),
        ("A3", "accepted", "2025-06-10T22:00:00Z", [("TL-06", 2)]),
        ("A4", "completed", "2025-04-28T22:00:00Z", []),
    ],
    ids=[
        "paid on the sixtieth day",
        "paid on the day after",
        "sent a day after the ninetieth, not paid yet",
        "the sixtieth day is a holiday and a weekend follows: paid on Monday",
    ],
)
def test_sixty_days_from_sending(
    verdicts: dict[str, dict[str, Any]], case: str, status: str, due: str, expected: list[tuple[str, int]]
) -> None:
    assert verdicts[case]["status"] == status
    assert verdicts[case]["clocks"]["promised"]["due"] == due
    assert levels(verdicts[case]) == expected
    assert verdicts[case]["irregularities"] == []


def test_activities_of_no_account_say_nothing(fines: Read) -> None:
    assert fines.report.without_event == 2


def test_a_row_given_twice_word_for_word_is_one_event(fines: Read) -> None:
    assert fines.report.repeated == 1
    assert sum(case == "A4" for case, _, _ in fines.told) == 3


def test_a_fine_whose_sending_cannot_be_read_is_left_out_whole(fines: Read) -> None:
    assert fines.reasons == [
        (16, "time:timestamp", "10/02/2025", "expected a time like one of %Y-%m-%d, iso")
    ]
    assert not any(case == "A5" for case, _, _ in fines.told)


def test_the_same_mapping_reads_a_log_in_xes(tmp_path: Path, fines: Read) -> None:
    log = tmp_path / "fines.xes"
    rows = [line.split(",") for line in (SAMPLES / "fines.csv").read_text("utf-8").splitlines()[1:]]
    cases = dict.fromkeys(row[0] for row in rows if row[0] in ("A1", "A2", "A3", "A4"))
    traces = "".join(
        f'<trace><string key="concept:name" value="{case}"/>'
        + "".join(
            f'<event><string key="concept:name" value="{what}"/>'
            f'<date key="time:timestamp" value="{at}T12:00:00{"+02:00" if at > "2025-03-30" else "+01:00"}"/></event>'
            for name, what, at, _ in rows
            if name == case
        )
        + "</trace>"
        for case in cases
    )
    log.write_text(f"<log>{traces}</log>", "utf-8")
    same = Read(log, mapping_of((SAMPLES / "fines.yaml").read_text("utf-8")))
    assert same.events == fines.events
