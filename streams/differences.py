"""What to issue when a history judged anew says something else than what was issued before."""

from collections.abc import Iterable, Sequence

import msgspec

from domain.fold import Issue
from domain.instants import parse_instant


def in_force(issued: Iterable[Issue]) -> dict[tuple[object, ...], Issue]:
    """The raises and escalations among `issued` that nothing took back, by what they speak of."""
    found: dict[tuple[object, ...], Issue] = {}
    for issue in issued:
        if issue.type == "finding.lifted":
            found = {key: one for key, one in found.items() if one.finding != issue.finding}
            continue
        if issue.type == "finding.escalated" and issue.clock is None:
            found = {key: one for key, one in found.items() if not _same_breach(one, issue)}
        found[_key(issue)] = issue
    return found


def differences(before: Sequence[Issue], after: Sequence[Issue], recorded: int, cause: str) -> list[Issue]:
    """Lifts and raises that turn what `before` left in force into what `after` does: lifts first.

    Their ids are unique within the subject as long as `recorded` and `cause` are.
    """
    old, new = in_force(before), in_force(after)
    lifts, raises = [], []
    for key, one in old.items():
        now = new.get(key)
        if now is None or (now.finding, now.occurred) != (one.finding, one.occurred):
            lifts.append(_anew(one, "finding.lifted", "corrected", recorded, cause))
    for key, one in new.items():
        was = old.get(key)
        if was is None or (was.finding, was.occurred) != (one.finding, one.occurred):
            raises.append(_anew(one, "finding.raised", None, recorded, cause))
    return sorted(lifts, key=_order) + sorted(raises, key=_order)


def issue_of(document: dict[str, object]) -> Issue:
    """The issue of its JSON document; whatever else the document says is passed over."""
    instants = {name: parse_instant(str(document[name])) for name in ("occurred", "recorded")}
    return msgspec.convert({**document, **instants}, Issue)


def _anew(issue: Issue, kind: str, reason: str | None, recorded: int, cause: str) -> Issue:
    return msgspec.structs.replace(
        issue,
        id=f"{issue.finding}/{kind.partition('.')[2]}/{cause}@{recorded}",
        type=kind,
        recorded=max(recorded, issue.occurred),
        reason=reason,
        cause=cause,
    )


def _key(issue: Issue) -> tuple[object, ...]:
    if issue.clock is not None:
        return (issue.code, issue.clock, issue.round)
    return (issue.code, issue.finding, issue.round)


def _same_breach(one: Issue, other: Issue) -> bool:
    return (one.code, one.clock, one.round, one.occurred) == (
        other.code,
        other.clock,
        other.round,
        other.occurred,
    )


def _order(issue: Issue) -> tuple[int, str, str, int]:
    return (issue.occurred, issue.code, issue.clock or "", issue.round)
