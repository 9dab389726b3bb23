"""Rules about ledgers, windows and plates: what a profile may set, and numbers as they stand in a register."""

from typing import Any

import pytest

from domain.events import Event, event_from_mapping
from domain.profile_document import ProfileError, check_profile
from domain.subjects.lines import missing_numbers


@pytest.mark.parametrize(
    ("code", "parameters", "said"),
    [
        ("DQ-04", {"within": "soon"}, "rules.DQ-04.parameters.within"),
        ("DQ-04", {"count": 0}, "unknown parameter; expected one of within"),
        ("OW-05", {"count": -1}, "expected a whole number, 0 or more"),
        ("OW-05", {"named": "劳动保障"}, "expected a list of texts"),
        ("OW-05", {"departments": "yes"}, "expected true or false"),
        ("CA-04", {"badge": [""]}, "expected a list of texts"),
    ],
)
def test_a_wrong_parameter_is_refused_with_its_place(
    code: str, parameters: dict[str, Any], said: str
) -> None:
    profile = {"profile": "mine", "rules": {code: {"enabled": True, "parameters": parameters}}}
    with pytest.raises(ProfileError, match=said):
        check_profile(profile)


@pytest.mark.parametrize(
    ("number", "others", "missing"),
    [
        ("3", ["1", "2"], ""),
        ("1", ["7"], ""),
        ("7", ["3"], "4-6"),
        ("2026-010", ["2026-008"], "2026-009"),
        ("B-3", ["A-1"], ""),
        ("第三号", ["1"], ""),
    ],
)
def test_a_number_is_missing_only_between_two_of_its_kind(
    number: str, others: list[str], missing: str
) -> None:
    assert missing_numbers(number, [line(one) for one in (*others, number)]) == missing


def line(number: str) -> Event:
    mapping = {"id": number, "source": "hall", "type": "ledger.entry_recorded", "subject": "cun",
               "time": "2026-03-02T10:00:00+08:00", "data": {"point": "cun", "number": number}}  # fmt: skip
    return event_from_mapping(mapping, recorded=0)
