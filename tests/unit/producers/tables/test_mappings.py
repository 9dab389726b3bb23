"""The mapping document: everything that is wrong in it is told with its place and what was expected."""

import pytest

from producers.table.errors import MappingError
from tests.unit.producers.tables.reading import ONE_PER_CASE, SAMPLES, STATES, mapping_of

EVENT = "  - {type: case.completed, time: {column: ended}}"


def with_event(text: str) -> str:
    return ONE_PER_CASE.replace(EVENT, f"  - {text}")


@pytest.mark.parametrize("name", ["city-311", "incidents", "fines"])
def test_the_examples_are_right(name: str) -> None:
    assert mapping_of((SAMPLES / f"{name}.yaml").read_text("utf-8")).source == f"table:{name}"


@pytest.mark.parametrize("name", ["city-311", "incidents", "fines"])
def test_the_page_shows_the_examples_as_they_are(name: str) -> None:
    page = (SAMPLES.parents[2] / "docs" / "import-table.md").read_text("utf-8")
    assert (SAMPLES / f"{name}.yaml").read_text("utf-8") in page


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ("[]", "", "expected a mapping"),
        (ONE_PER_CASE + "hall: h", "hall", "unknown key; expected one of name"),
        (ONE_PER_CASE.replace("rows: case", "rows: cases"), "rows", "expected one of case, event, state"),
        (ONE_PER_CASE.replace("name: requests", "name: 5"), "name", "expected a short name"),
        (ONE_PER_CASE.replace("rows: case", "rows: state"), "states", "expected here what the rows mean"),
        (ONE_PER_CASE + "states: {}", "states", "expected events alone"),
        (ONE_PER_CASE + "row_id: {column: id}", "row_id", "expected only with rows: event"),
        (ONE_PER_CASE + "delimiter: tab", "delimiter", "expected one character"),
        (ONE_PER_CASE + "encoding: latin", "encoding", "expected one of utf-8"),
        (ONE_PER_CASE + "header_row: 0", "header_row", "expected the number of the row"),
        (ONE_PER_CASE.replace("Asia/Shanghai", "Asia/Nowhere"), "times.zone", "expected a time zone"),
        (ONE_PER_CASE.replace("zone: Asia/Shanghai, ", ""), "events[0].time", "have no offset: expected a zone"),
        (ONE_PER_CASE.replace("times: {", "times: {day: noon, "), "times.day", "expected start, end, or a time"),
        (ONE_PER_CASE.replace("{column: id}", "id"), "case", "expected a column"),
        (ONE_PER_CASE.replace("{column: id}", "{column: id, kind: x}"), "case.kind", "unknown key"),
        (with_event("{type: case.closed, time: {column: ended}}"), "events[1].type", "unknown event type"),
        (with_event("{type: item.published, time: {column: ended}}"), "events[1].type", "unknown event type"),
        (with_event("{type: case.completed}"), "events[1].time", "expected a column"),
        (with_event("{type: case.completed, time: {column: e}, data: {outcome: x}}"), "events[1].data.outcome",
         "unknown field of case.completed; expected one of applicant_ref, certificate_no"),
        (with_event("{type: case.stage_started, time: {column: e}}"), "events[1].data", "expected stage"),
        (with_event("{type: case.accepted, time: {column: e}, data: {kind: quick}}"), "events[1].data.kind",
         "expected one of instant, promise, other, got 'quick'"),
        (with_event("{type: case.accepted, time: {column: e}, data: {promised_limit: 5 days}}"),
         "events[1].data.promised_limit", "expected a unit of working_day"),
        (with_event("{type: case.accepted, time: {column: e}, data: {promised_limit: {column: p, values: {A: 5 d}}}}"),
         "events[1].data.promised_limit.values.A", "expected a unit of working_day"),
        (with_event("{type: case.accepted, time: {column: e}, data: {promised_limit: {untill: {column: d}}}}"),
         "events[1].data.promised_limit", "expected amount, unit, mode or until"),
        (with_event("{type: case.completed, time: {column: e}, when: {what: done}}"), "events[1].when.what",
         "expected a list of texts"),
        (with_event("{type: case.completed, time: {column: e, values: {}}}"), "events[1].time", "expected no values"),
        (ONE_PER_CASE + "halls: {level: county}", "halls", "expected calendar"),
        (ONE_PER_CASE + "halls: {level: nation, calendar: cn}", "halls.level", "expected one of province, city"),
        (ONE_PER_CASE + "calendars: [{calendar: c, zone: Asia/Shanghai, weeks: {}}]", "calendars[0].weeks", "expected"),
        (ONE_PER_CASE + "profiles: [{profile: p, rules: {TL-9: {}}}]", "profiles[0].rules.TL-9", "a rule code"),
        (STATES.replace("new: open", "new: begin"), "states.meaning.new", "expected open, pause"),
        (STATES.replace("{end: case.withdrawn}", "{end: case.decided}"), "states.meaning.gone.end", "expected one of"),
        (STATES.replace("begin: {data", "begin: {type: case.completed, data"), "states.begin.type", "expected one of"),
        (STATES + "  data: {case.suspended: {kind: x}}", "states.data.case.suspended.kind", "the state log gives it"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text: str, path: str, said: str) -> None:
    with pytest.raises(MappingError) as caught:
        mapping_of(text)
    assert caught.value.path == path
    assert said in caught.value.expected


@pytest.mark.parametrize(
    ("entry", "path", "said"),
    [
        ("data: {phone: {column: c}}", "data.phone", "the field phone would name a citizen"),
        ("data: {certificate_no: {column: Applicant Name}}", "data.certificate_no",
         "the column 'Applicant Name' would name a citizen"),
        ("data: {result: {column: 联系电话}}", "data.result", "the column '联系电话' would name a citizen"),
        ("data: {result: {columns: [note, mobile]}}", "data.result", "the column 'mobile' would name a citizen"),
        ("data: {certificate_no: x}, keep: [home address]", "keep", "the column 'home address' would name a citizen"),
    ],
)  # fmt: skip
def test_what_would_name_a_citizen_is_refused(entry: str, path: str, said: str) -> None:
    with pytest.raises(MappingError) as caught:
        mapping_of(with_event(f"{{type: case.completed, time: {{column: e}}, {entry}}}"))
    assert caught.value.path == f"events[1].{path}"
    assert said in caught.value.expected


def test_a_telling_column_may_be_no_case_id() -> None:
    with pytest.raises(MappingError, match="case: the column 'id_card' would name a citizen"):
        mapping_of(ONE_PER_CASE.replace("{column: id}", "{column: id_card}"))


def test_a_telling_column_may_be_read_through_values_that_let_no_name_pass() -> None:
    text = with_event(
        "{type: case.completed, time: {column: e}, data: {result: {column: id_type, values: {P: x}}}}"
    )
    assert mapping_of(text).columns.names == ["id", "begun", "e", "id_type"]


def test_days_that_stand_for_their_start_do_not_go_with_limits_that_end_at_midnight() -> None:
    """Paid on the day after, at its start, is the very midnight at which the limit ends: it would be on time."""
    midnight = "profiles: [{profile: p, settings: {day_end: midnight}}]"
    text = ONE_PER_CASE.replace("times: {", "times: {day: start, ") + midnight
    with pytest.raises(MappingError, match=r"times.day: with `day_end: midnight`"):
        mapping_of(text)
    mapping_of(text.replace("day: start", "day: end"))
