"""What every state store owes the supervisor; each implementation runs the whole suite."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from streams.ports import Changes, DeadLetter, StateStore, SubjectState
from streams.state import State
from tests.contract.reopening import reopening

Opened = Callable[[], StateStore]


@pytest.fixture(params=["sqlite"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Opens the same store again; what was open before is closed."""
    with reopening(lambda: State(tmp_path / "state.db")) as open_again:
        yield open_again


@pytest.fixture
def store(reopen: Opened) -> StateStore:
    return reopen()


def a_state(subject: str, **fields: object) -> SubjectState:
    state = SubjectState(subject, b"fold of " + subject.encode(), 1000, True, "1", 0)
    return replace(state, **fields)  # type: ignore[arg-type]


def test_an_empty_store(store: StateStore) -> None:
    assert (store.position(), store.judged_until(), store.open_subjects()) == (0, 0, 0)
    assert store.load(["a"]) == {}
    assert list(store.timers()) == []
    assert store.issues(0, 10) == []
    assert store.verdicts(0, 10) == []


def test_everything_of_a_run_is_there_after_reopening(reopen: Opened) -> None:
    a, b = a_state("a"), a_state("b", next_change=None, open=False)
    letter = DeadLetter(7, "c", "decode", "not JSON", 990)
    changes = Changes(9, 999, [a, b], [("a", b"i1"), ("a", b"i2")], [("a", b"v1"), ("b", b"v2")], [letter])
    keys = reopen().save(changes)
    store = reopen()
    assert (store.position(), store.judged_until(), store.open_subjects()) == (9, 999, 1)
    assert store.load(["a", "b", "c"]) == {"a": replace(a, key=keys["a"]), "b": replace(b, key=keys["b"])}
    assert list(store.timers()) == [(1000, keys["a"])]
    assert store.subjects([keys["b"], keys["a"]]) == {keys["a"]: "a", keys["b"]: "b"}
    assert [(i.seq, i.subject, i.document) for i in store.issues(0, 10)] == [(1, "a", b"i1"), (2, "a", b"i2")]
    assert [(v.seq, v.subject, v.document) for v in store.verdicts(0, 10)] == [
        (1, "a", b"v1"),
        (2, "b", b"v2"),
    ]
    assert [(row.number, row.letter, row.replayed_at) for row in store.dead_letters()] == [(1, letter, None)]


def test_a_run_that_cannot_be_saved_leaves_nothing(store: StateStore) -> None:
    bad = Changes(5, 50, [a_state("a")], [("a", b"i1")], [("a", b"v1"), ("unknown", b"v2")])
    with pytest.raises(KeyError, match="unknown"):
        store.save(bad)
    assert store.position() == 0
    assert store.load(["a"]) == {}
    assert store.issues(0, 10) == []
    store.save(Changes(5, 50, [a_state("a")]))
    assert store.position() == 5


def test_a_key_stays_with_its_subject(store: StateStore) -> None:
    first = store.save(Changes(1, 1, [a_state("a"), a_state("b")]))
    second = store.save(Changes(2, 2, [a_state("b", next_change=5), a_state("c")]))
    assert second["b"] == first["b"]
    assert len({first["a"], first["b"], second["c"]}) == 3
    loaded = replace(store.load(["a"])["a"], next_change=77)
    assert store.save(Changes(3, 3, [loaded])) == {"a": first["a"]}
    assert store.load(["a"]) == {"a": loaded}


def test_a_newer_verdict_takes_the_place_of_the_older(store: StateStore) -> None:
    store.save(Changes(1, 1, [a_state("a"), a_state("b")], [], [("a", b"a1"), ("b", b"b1")]))
    store.save(Changes(2, 2, [a_state("a")], [], [("a", b"a2")]))
    assert [(v.seq, v.document) for v in store.verdicts(0, 10)] == [(2, b"b1"), (3, b"a2")]
    assert [v.document for v in store.verdicts(2, 10)] == [b"a2"]
    assert [v.document for v in store.verdicts(0, 1)] == [b"b1"]


def test_issues_are_read_on_from_a_sequence_number(store: StateStore) -> None:
    store.save(Changes(1, 1, [a_state("a")], [("a", b"1"), ("a", b"2"), ("a", b"3")]))
    assert [i.seq for i in store.issues(0, 2)] == [1, 2]
    assert [i.seq for i in store.issues(2, 2)] == [3]


def test_lagging_subjects_are_the_open_ones_of_an_older_reference_or_engine(store: StateStore) -> None:
    states = [
        a_state("fresh", reference_position=8),
        a_state("older", reference_position=3),
        a_state("closed", reference_position=3, open=False),
        a_state("engine", reference_position=8, engine="0"),
    ]
    store.save(Changes(9, 9, states))
    assert sorted(store.lagging(8, "1", 10)) == ["engine", "older"]
    assert len(store.lagging(8, "1", 1)) == 1
    store.save(Changes(9, 9, [replace(s, reference_position=8, engine="1") for s in states]))
    assert store.lagging(8, "1", 10) == []


def test_replayed_dead_letters_are_listed_only_when_asked_for(store: StateStore) -> None:
    letters = [DeadLetter(n, "a", "step", "rule crashed", n) for n in (1, 2)]
    store.save(Changes(2, 2, dead_letters=letters))
    store.save(Changes(2, 30, replayed=[1]))
    assert [row.number for row in store.dead_letters()] == [2]
    assert [row.replayed_at for row in store.dead_letters(replayed=True)] == [30, None]


def test_many_subjects_are_loaded_at_once(store: StateStore) -> None:
    states = [a_state(f"case-{n}") for n in range(1500)]
    keys = store.save(Changes(1, 1, states))
    assert len(store.load([state.subject for state in states])) == 1500
    assert len(store.subjects(list(keys.values()))) == 1500
    assert len(list(store.timers())) == 1500
