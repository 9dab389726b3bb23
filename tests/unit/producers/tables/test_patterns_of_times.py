"""Times in full are taken apart without `strptime`, and say just what it says; all others are its own."""

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from producers.table.patterns import pattern_reader

PATTERNS = (
    "%m/%d/%Y %I:%M:%S %p",
    "%Y-%m-%d %H:%M",
    "%d.%m.%Y",
    "%Y%m%d%H%M%S",
    "%Y年%m月%d日 %H时",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%d/%m/%Y %p %I",
    "%Y %H %p %m %d",
    "%y-%m-%d",
    "%d %b %Y",
    "%Y-%j",
    "%%%Y-%m-%d",
)


def by_strptime(text: str, pattern: str) -> datetime | str:
    try:
        return datetime.strptime(text, pattern)  # noqa: DTZ007 - wall time
    except ValueError as error:
        return str(error)


def by_pattern(text: str, pattern: str) -> datetime | str:
    try:
        return pattern_reader(pattern)(text)
    except ValueError as error:
        return str(error)


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str]:
    """A pattern, and a time written by it: now and then with a character put in, left out or changed."""
    pattern = draw(st.sampled_from(PATTERNS))
    text = draw(st.datetimes(min_value=datetime(1000, 1, 1))).strftime(pattern)  # noqa: DTZ001
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(text)))
        text = (
            text[:place]
            + draw(st.sampled_from(["", "0", "9", " ", "1", "٣"]))
            + text[place + draw(st.integers(0, 1)) :]
        )
    return pattern, text


@given(texts())
@example(("%m/%d/%Y %I:%M:%S %p", "03/02/2026 12:30:00 AM"))
@example(("%m/%d/%Y %I:%M:%S %p", "03/02/2026 12:30:00 PM"))
@example(("%m/%d/%Y %I:%M:%S %p", "03/02/2026 00:30:00 AM"))
@example(("%m/%d/%Y %I:%M:%S %p", "3/2/2026 1:30:00 pm"))
@example(("%Y-%m-%d %H:%M", "2026-02-29 09:00"))
@example(("%Y-%m-%d %H:%M", "2026-03-02 24:00"))
@example(("%Y%m%d%H%M%S", "20261302093000"))
@example(("%d.%m.%Y", "02.03.0000"))
def test_a_text_is_read_as_strptime_reads_it(given: tuple[str, str]) -> None:
    pattern, text = given
    assert by_pattern(text, pattern) == by_strptime(text, pattern)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_what_is_no_time_at_all_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="does not match format"):
        pattern_reader(pattern)("next week")
