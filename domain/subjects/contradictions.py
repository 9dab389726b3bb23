"""Where the texts of an item contradict its numbers: the part of CA-03 that judges the catalogue itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from domain.events.payloads import ItemPublished
from domain.limits import Limit
from domain.rules.found import Found, joined
from domain.subjects.catalogue import course_of, is_practised, versions
from domain.subjects.facts import SubjectFacts
from domain.subjects.limit_texts import TextLimit, could_be, limits_in, passages_of
from domain.wording import limit_words

__all__ = ["limit_contradicted"]

_TEXTS: Final = {
    "statutory_text": ("法定时限说明", "the explanation of the statutory limit"),
    "promised_text": ("承诺时限说明", "the explanation of the promised limit"),
    "faq": ("常见问题", "the frequent questions"),
}
_WARNING: Final = 1


def limit_contradicted(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """CA-03: a text of a version names a limit that is neither its statutory nor its promised one (Licensing Law,
    article 30: what is published must be true). A warning at most, and a person must confirm it.

    Nothing is said of a version that lacks one of the two limits: the text may well name that one.
    """
    if not given["texts"]:
        return
    for event, begin, _ in versions(facts, course_of(facts)):
        item = event.payload
        assert isinstance(item, ItemPublished)
        if item.statutory_limit is None or not is_practised(event):
            continue
        if item.promised_limit is None and item.kind != "instant":
            continue
        faults = [
            (
                f"{zh}写明{'、'.join(f'“{one.words}”' for one in told)}",
                f"{en} says {' and '.join(_quoted(told))}",
            )
            for field, (zh, en) in _TEXTS.items()
            if (told := _contradicting(item, field))
        ]
        if faults:
            zh, en = joined(faults)
            of_zh, of_en = (_fields(item, lang, facts) for lang in ("zh", "en"))
            yield Found(
                event.id, begin, f"{zh}，而目录{of_zh}，互不一致（须经人工核实）",
                f"{en}, but the catalogue gives {of_en} (a person must confirm this)",
                level=min(_WARNING, facts.profile.level("CA-03")), after=begin > event.time,
            )  # fmt: skip


def _quoted(told: list[TextLimit]) -> list[str]:
    return [f'"{one.words}"' for one in told]


def _contradicting(item: ItemPublished, field: str) -> list[TextLimit]:
    told = {
        one[:2]: one
        for passage in passages_of(getattr(item, field))
        for one in limits_in(passage, about_limits=field != "faq")
    }
    limits = list(_limits(item))
    instant = item.kind == "instant" and item.promised_limit is None
    return [
        one
        for one in told.values()
        if not any(could_be(one, limit) for limit in limits)
        and not (instant and (one.unit == "hour" or one.amount == 1))  # done on the spot: the same day
    ]


def _limits(item: ItemPublished) -> Iterator[Limit]:
    """Every limit that the item states; a text may name that of a stage or of a suspension as well."""
    stated = [item.statutory_limit, item.promised_limit]
    stated += [one.limit for one in item.stages or ()]
    stated += [one.max for one in item.suspensions or ()]
    return (one for one in stated if one is not None)


def _fields(item: ItemPublished, lang: str, facts: SubjectFacts) -> str:
    parts = []
    for limit, zh, en in (
        (item.statutory_limit, "法定时限为 ", "the statutory limit as "),
        (item.promised_limit, "承诺时限为 ", "the promised limit as "),
    ):
        if limit is not None:
            parts.append((zh if lang == "zh" else en) + limit_words(limit.document(), lang, facts.zone))
    return ("、" if lang == "zh" else " and ").join(parts)
