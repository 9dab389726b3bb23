"""A dossier laid out: every page, every text, whatever characters the hall has sent."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typst

from domain.dossier import dossier_document
from domain.judge import judge
from projections.paper.dossier import covered, missing_characters, render_dossier
from projections.paper.naming import file_name
from sundial.scenario import Scenario, load_scenario

RICH = Path(__file__).parents[2] / "data" / "dossier" / "rich_case.yaml"
NASTY = (
    '案情复杂 #1 $x$ *bold* _it_ <tag> @ref \\ `code` [x] // 注 #panic("x") #sys.inputs ~ -- = + / 1. " \''
)


def document_of(scenario: Scenario, lang: str, *, annex: bool = False) -> dict[str, Any]:
    asked = scenario.questions[-1]
    history = scenario.events[asked.subject]
    verdict = judge(history, scenario.reference, asked.at, asked.known_at, asked.subject)
    return dossier_document(verdict, history, scenario.reference, lang, annex=annex)


def text_of(pdf: bytes, folder: Path) -> str:
    """The text of a PDF, without spaces and line breaks."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("needs pdftotext, of poppler-utils")
    file = folder / "out.pdf"
    file.write_bytes(pdf)
    done = subprocess.run([reader, "-raw", str(file), "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().replace("\u200b", "").split())


def of_events(events: list[str], folder: Path, at: str = "2027-03-01T12:00:00") -> Scenario:
    file = folder / "case.yaml"
    lines = "\n".join(f"  - {one}" for one in events)
    file.write_text(
        "halls: [{hall: county, calendar: cn}]\n"
        "items: [{item: permit, promised_limit: 5 working_day, statutory_limit: 20 working_day}]\n"
        f"events:\n{lines}\nask: [{{at: {at}}}]\n",
        "utf-8",
    )
    return load_scenario(file)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_rich_case_has_all_its_pages_and_none_is_empty(lang: str, tmp_path: Path) -> None:
    document = document_of(load_scenario(RICH), lang, annex=True)
    (pdf,) = render_dossier(document)
    pages = render_dossier(document, "png", 60)
    assert pdf.startswith(b"%PDF-")
    assert 8 <= len(pages) <= 20
    assert min(len(page) for page in pages) > 3_000
    text = text_of(pdf, tmp_path)
    last = f"第{len(pages)}页，共{len(pages)}页" if lang == "zh" else f"page{len(pages)}of{len(pages)}"
    assert last in text
    for part in ("case-1", document["digest"], document["digest_short"], "中止告知〔2026〕7号", "张局长"):
        assert part in text
    for ledger in document["ledgers"]:
        for line in ledger["lines"]:
            assert "".join(line["why_text"].split()) in text


def test_what_looks_like_markup_is_printed_as_it_is(tmp_path: Path) -> None:
    scenario = load_scenario(RICH)
    document = document_of(scenario, "zh")
    document["history"][0]["said"] = NASTY
    document["subject"] = "case #1 $x$ <b>"
    text = text_of(render_dossier(document)[0], tmp_path)
    assert "".join(NASTY.split()) in text
    assert "case#1$x$<b>" in text


def test_a_case_of_two_hundred_events_and_long_words(tmp_path: Path) -> None:
    events = ["{type: case.accepted, time: 2026-01-05T10:00:00, data: {item: permit, hall: county}}"]
    for number in range(100):
        hour, minute = 9 + number // 60, number % 60
        day = 6 + number % 20
        stamp = f"2026-{1 + number // 20:02}-{day:02}T{hour:02}:{minute:02}"
        events.append(f"{{type: case.stage_started, time: '{stamp}:00', data: {{stage: s{number}}}}}")
        reason = "理由很长。" * 60 if number == 50 else "x" * 300 if number == 51 else "ok"
        events.append(
            f"{{type: case.stage_completed, time: '{stamp}:30', data: {{stage: s{number}, opinion: {reason}}}}}"
        )
    document = document_of(of_events(events, tmp_path, "2026-08-01T12:00:00"), "zh")
    assert len(document["history"]) == 201
    (pdf,) = render_dossier(document)
    text = text_of(pdf, tmp_path)
    assert "x" * 300 in text
    assert "理由很长。" * 60 in text
    assert all(row["id"] in text for row in document["history"])


def test_the_same_document_gives_the_same_bytes_on_a_machine_without_fonts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = document_of(load_scenario(RICH), "zh")
    here = render_dossier(document)
    plain = typst.compile
    monkeypatch.setattr(
        typst, "compile", lambda *given, **named: plain(*given, ignore_system_fonts=True, **named)
    )
    assert render_dossier(document) == here


def test_a_character_that_the_font_lacks_is_told_by_its_code(tmp_path: Path) -> None:
    document = document_of(load_scenario(RICH), "zh")
    assert missing_characters(document) == []
    document["head"][1]["text"] += "𠮷"
    assert missing_characters(document) == [{"character": "𠮷", "code": "U+20BB7"}]
    assert "U+20BB7" in text_of(render_dossier(document)[0], tmp_path)


def test_the_font_covers_every_character_of_gb_2312() -> None:
    have = covered()
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                code = ord(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
            assert code in have


def test_a_file_is_called_after_its_case() -> None:
    assert file_name("2026-000217") == "dossier-2026-000217.pdf"
    assert file_name("受字/../〔2026〕1") == "dossier-2026-1.pdf"
    assert file_name("〔〕") == "dossier.pdf"
