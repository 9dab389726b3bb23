"""What the dossier of a case shows at a hearing, in Chinese and English."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.dossier import LABELS, dossier_document
from domain.events import EVENT_TYPES
from domain.judge import judge
from domain.ledger_words import remarks
from domain.words import event_title
from sundial.scenario import load_scenario
from tests.unit.domain.test_ledger_lines import RICH, SCENARIOS


def dossier_of(
    path: Path, lang: str = "zh", question: int = -1, *, annex: bool = False
) -> tuple[dict[str, Any], ...]:
    """A verdict and its dossier."""
    scenario = load_scenario(path)
    asked = scenario.questions[question]
    history = scenario.events.get(asked.subject, [])
    verdict = judge(history, scenario.reference, asked.at, asked.known_at, asked.subject)
    return verdict, dossier_document(verdict, history, scenario.reference, lang, annex=annex)


def rows(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in document["history"]}


def test_the_head_says_which_case_as_of_when_and_how_it_stands() -> None:
    verdict, document = dossier_of(RICH)
    head = {row["label"]: row["text"] for row in document["head"]}
    assert head["编号"] == "case-1"
    assert head["事项"] == "食品经营许可（新办）（permit）"
    assert head["大厅"] == "河西镇便民服务中心（town）"
    assert head["截至"] == "2026-03-28（周六） 12:00"
    assert head["状态"] == "已办结（第 2 轮）"
    assert head["最高等级"] == "黄牌"
    assert head["摘要"] == verdict["digest"]
    assert verdict["digest"].startswith(document["digest_short"])


def test_the_ledger_lines_are_those_of_the_verdict() -> None:
    for lang in ("zh", "en"):
        verdict, document = dossier_of(RICH, lang)
        assert [one["key"] for one in document["ledgers"]] == list(verdict["clocks"])
        for one in document["ledgers"]:
            lines = verdict["clocks"][one["key"]]["ledger"]
            assert len(lines) == len(one["lines"])
            for line, shown in zip(lines, one["lines"], strict=True):
                assert line.items() <= shown.items()
                assert shown["why_text"] == line[f"why_{lang}"]


def test_a_corrected_event_shows_what_holds_and_what_was_first_sent() -> None:
    _, document = dossier_of(RICH)
    resumed = rows(document)["e4"]
    assert resumed["time_text"] == "2026-03-03（周二） 10:00"
    assert resumed["marks"] == ["已更正（c1）", "原报时间 2026-03-03（周二） 11:00"]
    assert "更正事件：e4" in rows(document)["c1"]["said"]
    assert "时间录错" in rows(document)["c1"]["said"]


def test_a_late_event_says_how_late() -> None:
    assert rows(dossier_of(RICH)[1])["e9"]["marks"] == ["迟录 65小时"]
    assert rows(dossier_of(RICH, "en")[1])["e9"]["marks"] == ["recorded 65 h late"]


def test_a_retracted_event_stands_struck_out() -> None:
    found = [
        row
        for path in sorted((SCENARIOS / "knowledge").glob("*.yaml"))
        for row in dossier_of(path)[1]["history"]
        if any("已撤回" in mark for mark in row["marks"])
    ]
    assert found
    assert not any(row["stands"] for row in found)


def test_findings_come_with_basis_evidence_versions_and_detail() -> None:
    _, document = dossier_of(RICH, "en")
    one = next(one for one in document["findings"] if one["code"] == "TL-02")
    assert one["level_text"] == "yellow"
    assert one["title"] == "Promise overdue"
    assert one["basis"] == ["the published promise"]
    assert one["evidence"] == ["e1 accepted", "e6 extended", "e7 limit changed"]
    assert (one["rule_version"], one["profile_version"]) == ("1", "statute@1")
    assert one["detail"].startswith("limit 9 working days")


def test_what_was_issued_says_when_and_why_it_ended() -> None:
    _, document = dossier_of(RICH)
    told = [(one["action"], one["code"], one["level_text"], one["reason_text"]) for one in document["issued"]]
    assert ("解除", "TL-01", "预警", "被更高等级取代") in told
    assert ("发出", "TL-02", "黄牌", "") in told


def test_a_threshold_behind_the_end_of_the_clock_is_not_shown_as_reached() -> None:
    _, document = dossier_of(RICH)
    clock = next(one for one in document["clocks"] if one["key"] == "statutory@1")
    assert [one["text"] for one in clock["thresholds"]] == ["红牌 2026-03-23（周一） 17:00（未到）"]
    lines = next(one for one in document["ledgers"] if one["key"] == "statutory@1")["lines"]
    said = [one for line in lines for one in line["remarks"] if "红牌" in one["text"]]
    assert [(one["tone"], one["level"]) for one in said] == [("note", 0)]


def test_a_finding_without_a_card_is_a_notice() -> None:
    path = SCENARIOS / "acceptance" / "no_decision_and_the_case_is_deemed_accepted.yaml"
    _, document = dossier_of(path)
    assert [one["level_text"] for one in document["issued"] if one["code"] == "TL-07"] == ["提示"]
    said = [
        one["text"] for ledger in document["ledgers"] for line in ledger["lines"] for one in line["remarks"]
    ]
    assert any("之后：提示" in text for text in said)
    assert not any("正常" in text for text in said)


def test_versions_say_what_was_used() -> None:
    labels = {row["label"] for row in dossier_of(RICH)[1]["versions"]}
    assert {"cn@1", "town-cal@2026.1", "permit@3", "statute@1", "TL-02@1, TL-04@1"} <= labels


def test_the_annex_holds_every_event_as_it_was_sent() -> None:
    verdict, document = dossier_of(RICH, annex=True)
    events = {one["id"]: msgspec.json.decode(one["text"]) for one in document["annex"]}
    assert set(events) == set(rows(document))
    assert events["e4"]["time"] == "2026-03-03T03:00:00Z"  # not as corrected
    assert dossier_of(RICH)[1]["annex"] == []
    assert verdict["digest"] == document["digest"]


@pytest.mark.parametrize("path", sorted(SCENARIOS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_scenario_has_a_dossier_in_both_languages_without_gaps(path: Path) -> None:
    for lang in ("zh", "en"):
        _, document = dossier_of(path, lang)
        assert msgspec.json.encode(document)
        for ledger in document["ledgers"]:
            assert all(line["day_text"] and line["why_text"] for line in ledger["lines"])


def test_a_finding_without_clock_and_a_subject_that_is_no_case_have_a_dossier() -> None:
    scenario = load_scenario(RICH)
    bare = {
        "subject": "hall:county", "at": "2026-03-28T04:00:00Z", "known_at": "2026-03-28T04:00:00Z",
        "status": "silent", "findings": [
            {
                "id": "DQ-01-1", "code": "DQ-01", "level": 2, "clock": None, "round": 1,
                "occurred": "2026-03-27T04:00:00Z", "evidence": ["gone"], "basis": ["某条"],
                "detail": {"zh": "无事件", "en": "no event"}, "title": {"zh": "大厅静默", "en": "Hall silent"},
            }
        ],
        "issued": [
            {
                "id": "i1", "type": "finding.raised", "finding": "DQ-01-1", "code": "DQ-01", "level": 2,
                "clock": None, "round": 1, "occurred": "2026-03-27T04:00:00Z", "recorded": "2026-03-27T04:00:00Z",
                "reason": None, "cause": None, "rule_text": {"zh": "更多", "en": "more"},
            }
        ],
        "digest": "0" * 64, "engine": "2",
    }  # fmt: skip
    for lang in ("zh", "en"):
        document = dossier_document(bare, [], scenario.reference, lang)
        (finding,) = document["findings"]
        assert finding["clock_text"] == "—"
        assert finding["detail"] == {"zh": "无事件", "en": "no event"}[lang]
        assert finding["title"] == {"zh": "大厅静默", "en": "Hall silent"}[lang]
        assert document["clocks"] == []
        assert document["issued"][0]["code"] == "DQ-01"


def test_every_event_type_has_a_title_in_both_languages() -> None:
    for lang in ("zh", "en"):
        assert [name for name in EVENT_TYPES if event_title(name, lang) == name] == []


def test_both_languages_have_the_same_headings() -> None:
    assert LABELS["zh"].keys() == LABELS["en"].keys()
    verdict, _ = dossier_of(RICH)
    line = verdict["clocks"]["promised@1"]["ledger"][0]
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Asia/Shanghai")
    assert len(remarks(line, "zh", zone)) == len(remarks(line, "en", zone))
