"""Rules that an event breaks outside any clock: TL-09, TL-10, CA-03."""

from __future__ import annotations

from collections.abc import Iterator

from domain.clocks.running import Running
from domain.clocks.thresholds import Count, terms_of
from domain.clocks.timeline import ClockCourse
from domain.course.begin import is_countable
from domain.course.draft import CaseDraft
from domain.course.lawful import extension_faults
from domain.events import Event
from domain.events.payloads import CaseExtended
from domain.limits import Limit, parse_limit
from domain.profiles import Profile
from domain.rules.registry import Breach

__all__ = ["event_breaches"]

_DEFAULT_LEVEL = {"TL-09": 2, "TL-10": 3, "CA-03": 2}


def _level(profile: Profile, code: str) -> int:
    return int(profile.rules.get(code, {}).get("level", _DEFAULT_LEVEL[code]))


def event_breaches(draft: CaseDraft, profile: Profile | None, starts: dict[str, ClockCourse]) -> list[Breach]:
    """Every breach of the rules the profile enables. `starts` are the clocks that began with acceptance."""
    if profile is None:
        return []
    out: list[Breach] = []
    if profile.enabled("TL-09"):
        out += suspension_without_basis(draft, profile)
    if profile.enabled("TL-10"):
        out += extension_invalid(draft, profile)
    if profile.enabled("CA-03"):
        out += catalogue_limit_wrong(draft, profile, starts)
    return out


def suspension_without_basis(draft: CaseDraft, profile: Profile) -> Iterator[Breach]:
    """TL-09: a kind that neither the item nor the law allows, or no written notice, or no approver (article 45)."""
    for span in draft.spans:
        if span.faults:
            zh, en = _joined(span.faults)
            yield Breach(
                "TL-09",
                span.event.id,
                span.start,
                span.round,
                _level(profile, "TL-09"),
                (span.event.id,),
                zh,
                en,
            )


def extension_invalid(draft: CaseDraft, profile: Profile) -> Iterator[Breach]:
    """TL-10: without the required approver or notice, over the cap, or a second one (article 42)."""
    parameters = profile.rules.get("TL-10", {}).get("parameters", {})
    joint = draft.mode == "joint"
    cap = parse_limit(
        parameters.get("cap_joint", "15 working_day") if joint else parameters.get("cap", "10 working_day")
    )
    for index, (event, number) in enumerate(draft.extensions):
        payload = event.payload
        assert isinstance(payload, CaseExtended)
        earlier = any(_still_counts(draft, other, event) for other, _ in draft.extensions[:index])
        faults = extension_faults(payload, joint, earlier, cap)
        if faults:
            zh, en = _joined(faults)
            yield Breach("TL-10", event.id, event.time, number, _level(profile, "TL-10"), (event.id,), zh, en)


def _still_counts(draft: CaseDraft, earlier: Event, event: Event) -> bool:
    """Whether an earlier extension of the same clock was in force when the later one was granted."""
    one, other = earlier.payload, event.payload
    assert isinstance(one, CaseExtended)
    assert isinstance(other, CaseExtended)
    revoked = any(
        getattr(revocation.payload, "extension", None) in (None, one.extension or earlier.id)
        and earlier.time <= revocation.time <= event.time
        for revocation in draft.revocations
    )
    return not revoked and bool(_clocks(one) & _clocks(other))


def _clocks(payload: CaseExtended) -> frozenset[str]:
    if payload.clock is None:
        return frozenset(("promised", "statutory"))
    return frozenset((payload.clock,) if isinstance(payload.clock, str) else payload.clock)


def catalogue_limit_wrong(
    draft: CaseDraft, profile: Profile, starts: dict[str, ClockCourse]
) -> Iterator[Breach]:
    """CA-03: a limit of the item is missing or zero, or the promise falls due after the statutory limit."""
    event = draft.accepted
    if event is None:
        return
    faults: list[tuple[str, str]] = []
    known = bool(draft.item_version)
    instant = draft.kind == "instant"
    for limit, needed, zh, en in (
        (draft.promised_limit, not instant, "承诺时限", "promised limit"),
        (draft.statutory_limit, True, "法定时限", "statutory limit"),
    ):
        if limit is None:
            if known and needed:
                faults.append((f"事项缺少{zh}", f"the item has no {en}"))
        elif not is_countable(limit, draft.kind):
            faults.append((f"事项{zh}为零", f"the item's {en} is zero"))
    for stage in draft.stages_without_time:
        faults.append((f"事项环节（{stage}）时限为零", f"the item's limit of stage {stage} is zero"))
    promised, statutory = starts.get("promised") or starts.get("instant"), starts.get("statutory")
    if promised is not None and statutory is not None and _first_due(promised) > _first_due(statutory):
        faults.append(("承诺到期晚于法定到期", "the promise falls due after the statutory limit"))
    if faults:
        zh, en = _joined(faults)
        time = event.time if draft.deemed_at is None else draft.deemed_at
        yield Breach("CA-03", event.id, time, 1, _level(profile, "CA-03"), (event.id,), zh, en)


def _first_due(course: ClockCourse) -> int:
    """The due instant as it stood at the start: no pause, no decision."""
    settings = course.profile.settings
    stretches = [one for one in course.stretches if one.is_decided(course.start)] or course.stretches[:1]
    run = Running(course.start, stretches, (), settings["day_end"], settings["closed_start"])
    limit: Limit = course.limit
    return Count(run, terms_of(limit, [], settings["mode"]), settings["mode"]).due


def _joined(faults: list[tuple[str, str]]) -> tuple[str, str]:
    return "；".join(zh for zh, _ in faults), "; ".join(en for _, en in faults)
