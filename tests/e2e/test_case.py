"""The page of a case, and of a hall, window or receipt, against what the API and the dossier say of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from domain.events import event_document
from sundial.scenario import load_scenario
from tests.e2e.server import Sundial
from tests.unit.streams.test_upgrade import FOLDERS, Folder, judged_otherwise

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

RICH = Path(__file__).parents[1] / "data" / "dossier" / "rich_case.yaml"
SEEN = """rows => rows.map(row => ({
    date: row.dataset.date,
    why: row.querySelector('.counts').innerText,
    hours: row.querySelector('.open')?.innerText ?? '',
    used: row.querySelector('.day').innerText,
    total: row.querySelector('.total').innerText,
    remarks: [...row.querySelectorAll('.note p')].map(p => p.innerText),
}))"""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sundial]:
    """A county with nothing in it but what a test sends; its clock stands in June."""
    sundial = Sundial(tmp_path_factory.mktemp("quiet") / "data", "--clock", "2026-06-24T10:00:00+08:00")
    try:
        sundial.start()
        yield sundial
    finally:
        sundial.stop()


def post(county: Sundial, events: Sequence[dict[str, Any]]) -> None:
    answer = httpx.post(
        f"{county.url}/v1/events",
        json=[{"specversion": "1.0", "source": "e2e", **one} for one in events],
        headers={"Content-Type": "application/cloudevents-batch+json"},
        timeout=20,
    )
    assert answer.status_code == 202, answer.text
    results = answer.json()["results"]
    assert {one["status"] for one in results} <= {"accepted", "duplicate"}, results


def publication(kind: str, data: dict[str, Any], time: str = "2026-01-01T00:00:00+08:00") -> dict[str, Any]:
    name = kind.partition(".")[0]
    id_ = ":".join(["pub", kind, str(data[name]), str(data.get("hall", ""))])
    return {"id": id_, "type": kind, "subject": str(data[name]), "time": time, "data": data}


def open_case(page: Page, county: Sundial, path: str) -> None:
    page.goto(f"{county.url}/cases/{path}")
    page.wait_for_selector("html[data-ready='case']")


@pytest.fixture
def rich(county: Sundial) -> str:
    """A case with pauses, a transfer, an extension, a change of its limit and a second round."""
    scenario = load_scenario(RICH)
    documents = [event_document(one) for one in scenario.events["case-1"]]
    calendar = {
        "calendar": "town-cal",
        "extends": "cn",
        "version": "2026.1",
        "week": {"sat": ["09:00-12:00"]},
    }
    item = {"item": "e2e-permit", "title": "食品经营许可（新办）", "kind": "promise"}
    limits = {"promised_limit": "8 working_day", "statutory_limit": "20 working_day"}
    stages = {"stages": [{"stage": "审查", "limit": "3 working_day"}]}
    for document in documents:
        document["subject"] = "e2e-rich"
        document.pop("recordedtime")
        if "item" in document["data"]:
            document["data"] = {**document["data"], "item": "e2e-permit"}
    post(
        county,
        [
            publication("calendar.published", {**calendar, "days": {"2026-03-10": "closed"}}),
            publication("hall.published", {"hall": "county", "title": "县政务服务中心", "calendar": "cn"}),
            publication(
                "hall.published", {"hall": "town", "title": "河西镇便民服务中心", "calendar": "town-cal"}
            ),
            publication("item.published", {**item, **limits, **stages}),
            *documents,
        ],
    )
    return "e2e-rich"


def plain(text: str) -> str:
    """Without what differs between paper and screen: spaces, and how a word begins."""
    return "".join(text.split()).casefold()


def clock_of(seconds: float) -> str:
    return f"{int(seconds) // 3600}:{int(seconds) % 3600 // 60:02d}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_ledger_has_the_lines_of_the_dossier(page: Page, county: Sundial, rich: str, lang: str) -> None:
    paper = httpx.get(f"{county.url}/v1/cases/{rich}/dossier?lang={lang}", timeout=20).json()
    assert len(paper["ledgers"]) >= 4
    everything = ""
    for ledger in paper["ledgers"]:
        open_case(page, county, f"{rich}?lang={lang}&clock={ledger['key']}")
        expect(page.locator(f"[data-clock='{ledger['key']}']")).to_have_attribute("aria-pressed", "true")
        seen = page.locator(".lines tbody tr").evaluate_all(SEEN)
        assert [one["date"] for one in seen] == [one["date"] for one in ledger["lines"]]
        for line, one in zip(ledger["lines"], seen, strict=True):
            assert one["why"] == line["why_text"]
            assert one["hours"] == line.get("hours", "")
            if "total_days" in line:  # the panel's head says that these are days
                assert one["total"] == line["total_text"].split()[0]
                assert one["used"] == line["used_text"].partition(" ")[0]
            else:
                assert one["total"] == clock_of(line["total_seconds"])
                assert one["used"] == (clock_of(line["used_seconds"]) if line["used_seconds"] else "")
            assert [plain(text) for text in one["remarks"]] == [
                plain(said["text"]) for said in line["remarks"]
            ]
            everything += one["why"] + " ".join(one["remarks"])
    for word in {
        "zh": (
            "不计：春节",
            "春节调休上班",
            "周末",
            "暂停中（听证，事件 e3）",
            "移交至河西镇",
            "延长 3 个工作日",
        ),
        "en": ("Spring Festival", "make-up working day", "weekend", "paused (hearing, event e3)", "moved to"),
    }[lang]:
        assert word in everything


def test_a_finding_on_a_hall_or_a_receipt_leads_to_its_own_page(page: Page, county: Sundial) -> None:
    """Their ids are no case numbers; a page of clocks that they cannot have would be an empty one."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{county.url}/?lang=zh")
    page.wait_for_selector("html[data-ready='wall']")
    page.click(".figure.yellow")
    silent = {"hall": "e2e-hall", "title": "静默镇便民服务中心", "calendar": "cn", "profile": "kaifeng"}
    paid = [
        {"id": f"e2e-fee-{n}", "type": "case.fee_collected", "subject": f"e2e-fee-{n}",
         "time": f"2026-03-0{n}T10:00:00+08:00", "data": {"hall": "e2e-hall", "receipt_no": "R/17"}}
        for n in (3, 4)
    ]  # fmt: skip
    post(
        county,
        [
            publication("hall.published", silent),
            publication("hall.expected", {"hall": "e2e-hall", "from": "2026-01-05"}),
            *paid,
        ],
    )
    for subject, path, name in (
        ("hall:e2e-hall", "hall:e2e-hall", "大厅 静默镇便民服务中心"),
        ("receipt:R/17", "receipt:R%2F17", "票据 R/17"),
    ):
        row = page.locator(f"[data-subject='{subject}']")
        expect(row).to_contain_text(name, timeout=30_000)
        expect(row).to_contain_text("静默镇便民服务中心")
        row.click()
        expect(page).to_have_url(f"{county.url}/cases/{path}")
        expect(page.locator("h1")).to_have_text(name)
        expect(page.locator("[data-test=status]")).to_have_text("监察中")
        expect(page.locator(".findings li")).to_have_count(1)
        expect(page.locator("#clocks-title")).to_have_count(0)
        expect(page.locator("#case-events")).to_be_visible()
        page.go_back()
        page.wait_for_selector(".figure.yellow")
        page.click(".figure.yellow")
    # What was forwarded leads back to the case it came from.
    open_case(page, county, "receipt:R%2F17?lang=en")
    expect(page.locator("h1")).to_have_text("Receipt R/17")
    page.get_by_role("link", name="Case e2e-fee-3").click()
    expect(page.locator(".number")).to_have_text("e2e-fee-3")


def test_a_subject_of_which_nothing_is_known_says_so(page: Page, county: Sundial) -> None:
    page.goto(f"{county.url}/cases/window:e2e-hall%2F7?lang=zh")
    expect(page.locator(".empty")).to_contain_text("没有关于窗口 7 · e2e-hall的事件")
    page.locator(".empty a").click()
    page.wait_for_selector("html[data-ready='wall']")


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sundial]:
    """A folder whose earlier engine judged otherwise, served by this one."""
    folder = Folder(FOLDERS[0], tmp_path_factory.mktemp("upgraded") / "data")
    folder.run()
    judged_otherwise(folder)
    sundial = Sundial(folder.copy)
    try:
        sundial.start()
        yield sundial
    finally:
        sundial.stop()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ("当时已发出，现在不作此判定 · 较早的判定程序", "判定程序升级时作出", "现在作此判定，当时未发出")),
        ("en", ("issued then, not judged so now · earlier judging code", "issued when the judging code was upgraded",
                "judged so now, not issued then")),
    ],
)  # fmt: skip
def test_what_an_earlier_engine_issued_stands_beside_what_is_judged_now(
    upgraded: Sundial, chromium: Browser, lang: str, said: tuple[str, ...]
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    open_case(page, upgraded, f"moved?lang={lang}")
    notice = page.locator("[data-test=issued-otherwise]")
    expect(notice.locator("li").first).not_to_be_visible()
    notice.locator("summary").click()
    for was, words in zip(("issued", "upgrade", "notIssued"), said, strict=True):
        row = notice.locator(f"[data-was={was}]").first
        expect(row).to_be_visible()
        expect(row).to_contain_text(words)
        expect(row).to_contain_text("TL-03")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    open_case(page, upgraded, f"in-time?lang={lang}")
    expect(page.locator("[data-test=issued-otherwise]")).to_have_count(0)
    context.close()
