"""Limits in their short and long forms."""

import pytest

from domain.instants import parse_instant
from domain.limits import Limit, parse_limit


def test_short_and_long_form_are_the_same_limit() -> None:
    assert parse_limit("5 working_day instant") == parse_limit(
        {"amount": 5, "unit": "working_day", "mode": "instant"}
    )


def test_until_is_an_instant() -> None:
    assert parse_limit({"until": "2026-03-02T10:00:00+08:00"}) == Limit(
        until=parse_instant("2026-03-02T02:00:00Z")
    )


@pytest.mark.parametrize(
    "value",
    [
        "5", "5 workday", "-1 working_day", "1.5 working_day", "5 working_day later", 5, None, {"amount": 5},
        {"unit": "hour"}, {"until": "soon"}, {"amount": 1, "unit": "hour", "until": "2026-03-02T10:00:00Z"},
        {"amount": True, "unit": "hour"}, "5 hour date", "99999999 working_day", {"amount": 1, "unit": "hour", "x": 1},
    ],
)  # fmt: skip
def test_what_is_no_limit_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_limit(value)


def test_hours_may_be_decimal() -> None:
    assert parse_limit("1.5 working_hour").document() == {"amount": 1.5, "unit": "working_hour"}
