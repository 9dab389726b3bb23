"""Laws that hold for the verdict of any history whatever, impossible ones included."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.events import Event
from domain.fold import CaseFold
from domain.judge import verdict_of
from tests.oracle.asking import Document, ask_at, examples, instant, micros
from tests.oracle.lives import BEGIN, LENGTH, MINUTE, Life, lives

instants = st.integers(0, LENGTH + 10 * 1440).map(
    lambda minutes: micros(BEGIN + minutes * MINUTE) + 17_000_000
)
END = micros(BEGIN) + (LENGTH + 30 * 1440) * 60_000_000


@examples(50)
@given(lives(), instants, instants, st.integers(0, 2**32))
def test_the_order_of_the_list_changes_nothing(life: Life, at: int, known_at: int, seed: int) -> None:
    first = ask_at(life.events, life.known(), at, known_at)
    shuffled, references = list(life.events), list(life.references)
    random.Random(seed).shuffle(shuffled)
    random.Random(seed + 1).shuffle(references)
    again = ask_at(shuffled, Life(shuffled, references).known(), at, known_at)
    assert first == again


@examples(50)
@given(lives(), instants, st.randoms())
def test_the_same_events_again_change_nothing(life: Life, at: int, chance: random.Random) -> None:
    again = [one for one in life.events if chance.random() < 0.7]
    assert ask_at([*life.events, *again], life.known(), at, END) == ask_at(life.events, life.known(), at, END)


@examples(50)
@given(lives(), instants, instants)
def test_judging_twice_gives_the_same_verdict_and_digest(life: Life, at: int, known_at: int) -> None:
    assert ask_at(life.events, life.known(), at, known_at) == ask_at(life.events, life.known(), at, known_at)


@examples(50)
@given(lives(), instants, st.sets(st.integers(0, 12), max_size=4))
def test_folding_step_by_step_is_judging_the_whole_history(life: Life, at: int, restarts: set[int]) -> None:
    """Live: all comes in the order of the log; now and then the state is kept and restored."""
    fold = CaseFold("case-1")
    known = life.known()
    issued: list[Any] = []
    for number, recorded in enumerate(life.recorded()):
        fold.step([one for one in life.events if one.recorded == recorded], known, recorded)
        if number in restarts:
            fold = CaseFold.from_bytes(fold.to_bytes())
            _same(verdict_of(fold, known, recorded, recorded), ask_at(life.events, known, recorded, recorded))
        fold.advance(known, recorded)
        assert fold.issued[: len(issued)] == issued
        issued = list(fold.issued)
    fold.advance(known, END)
    _same(verdict_of(fold, known, at, END), ask_at(life.events, known, at, END))


@examples(40)
@given(lives(), instants, st.randoms())
def test_events_fed_out_of_the_order_of_knowledge_give_the_same_verdict(
    life: Life, at: int, chance: random.Random
) -> None:
    fold = CaseFold("case-1")
    known = life.known()
    shuffled = list(life.events)
    chance.shuffle(shuffled)
    for one in shuffled:
        fold.step([one], known, one.recorded)
    for one in shuffled[:3]:
        fold.step([one], known, one.recorded)
    fold.advance(known, END)
    _same(verdict_of(fold, known, at, END), ask_at(life.events, known, at, END))


@examples(40)
@given(lives(), st.lists(instants, min_size=2, max_size=6))
def test_what_was_issued_only_grows_with_knowledge(life: Life, instants_of_knowledge: list[int]) -> None:
    known = life.known()
    earlier: list[Any] = []
    for known_at in sorted(instants_of_knowledge + life.recorded()):
        issued = ask_at(life.events, known, END, known_at)["issued"]
        assert issued[: len(earlier)] == earlier
        earlier = issued
    keys = [one["id"] for one in earlier]
    assert len(set(keys)) == len(keys)
    recorded = [instant(one["recorded"]) for one in earlier]
    assert recorded == sorted(recorded)


@examples(50)
@given(lives(), instants)
def test_the_findings_in_force_are_what_the_issues_leave(life: Life, known_at: int) -> None:
    """Live supervision is K = T: raises and escalations less lifts are the findings of the verdict."""
    verdict = ask_at(life.events, life.known(), known_at, known_at)
    left: dict[tuple[Any, ...], Document] = {}
    for issue in verdict["issued"]:
        key = (
            issue["code"],
            issue["clock"],
            issue["round"],
            issue["finding"] if issue["clock"] is None else None,
        )
        if issue["type"] == "finding.lifted":
            assert key in left
            assert left[key]["finding"] == issue["finding"]
            del left[key]
        else:
            assert (key in left) == (issue["type"] == "finding.escalated")
            left[key] = issue
    assert sorted((one["finding"], one["level"], one["occurred"]) for one in left.values()) == sorted(
        (one["id"], one["level"], one["occurred"]) for one in verdict["findings"]
    )


@examples(50)
@given(lives(), instants, st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_nothing_changes_before_the_next_change_and_something_after_it(
    life: Life, known_at: int, parts: list[float]
) -> None:
    known = life.known()
    first = ask_at(life.events, known, known_at, known_at)
    if first["next_change"] is None:
        for days in (1, 10, 100, 1000):
            later = ask_at(life.events, known, known_at + days * 86_400_000_000, known_at)
            assert _standing(later) == _standing(first)
        return
    change = micros(instant(first["next_change"]))
    assert change >= known_at
    for at in [known_at + int((change - known_at) * part) for part in parts] + [change - 1]:
        if known_at < at < change:
            assert _standing(ask_at(life.events, known, at, known_at)) == _standing(first)
    after = _standing(ask_at(life.events, known, change + 1, known_at))
    assert after != _standing(first)
    # a threshold takes effect just after its instant, an event known before its time at that time
    assert _standing(ask_at(life.events, known, change, known_at)) in (_standing(first), after)


@examples(50)
@given(lives(), instants, instants)
def test_no_duration_is_negative_and_counters_only_grow(life: Life, one: int, other: int) -> None:
    known = life.known()
    for at in sorted((one, other)):
        for clock in ask_at(life.events, known, at, END)["clocks"].values():
            for counter in ("used_seconds", "paused_seconds", "over_seconds", "used_days"):
                assert clock[counter] is None or clock[counter] >= 0


@examples(50)
@given(lives(), instants, instants)
def test_what_is_not_yet_known_changes_nothing(life: Life, at: int, known_at: int) -> None:
    events = [one for one in life.events if one.recorded <= known_at]
    references = [one for one in life.references if one.recorded <= known_at]
    assert ask_at(events, Life(events, references).known(), at, known_at) == ask_at(
        life.events, life.known(), at, known_at
    )


@examples(50)
@given(lives())
def test_every_issue_has_its_ground(life: Life) -> None:
    """Cards go only by knowledge; a raise is recorded when it occurred, or when something became known."""
    learnt = set(life.recorded())
    happened = learnt | {one.time for one in life.events} | {_corrected(one) for one in life.events}
    levels: dict[str, int] = {}
    issued = ask_at(life.events, life.known(), END, END)["issued"]
    # a completion before the deeming takes effect at the deeming
    happened |= {micros(instant(issue["recorded"])) for issue in issued if issue["code"] == "TL-07"}
    for issue in issued:
        occurred, recorded = micros(instant(issue["occurred"])), micros(instant(issue["recorded"]))
        place = f"{issue['code']} {issue['clock']} {issue['round']}"
        if issue["type"] != "finding.lifted":
            assert recorded == occurred or (recorded > occurred and recorded in happened)
            if issue["type"] == "finding.escalated":
                assert issue["level"] > levels[place]
            levels[place] = issue["level"]
        elif issue["reason"] == "superseded":
            assert issue["level"] == 1
        else:
            assert recorded in happened
            assert issue["level"] < 2 or issue["reason"] in ("corrected", "late_extension", "rule_disabled")
            if issue["reason"] == "ended_in_time":
                assert issue["cause"] is not None


def _corrected(one: Event) -> int:
    text = one.data.get("time")
    return micros(instant(text)) if isinstance(text, str) else one.time


def _standing(verdict: Document) -> Any:
    """What next_change counts: status, findings, and of each clock state, level and due."""
    clocks = {key: (one["state"], one["level"], one["due"]) for key, one in verdict["clocks"].items()}
    return (
        verdict["status"],
        clocks,
        [(one["id"], one["level"], one["occurred"]) for one in verdict["findings"]],
    )


def _same(one: Document, other: Document) -> None:
    assert one == other
    assert one["digest"] == other["digest"]
