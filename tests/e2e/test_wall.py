"""The wall and the case as people see them: a real server, a real browser, simulated data."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.server import Sundial, number_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def open_wall(page: Page, county: Sundial) -> None:
    page.goto(f"{county.url}/?lang=zh")
    page.wait_for_selector("html[data-ready='wall']")


def wall_of(county: Sundial) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.get(f"{county.url}/v1/wall", timeout=20).raise_for_status().json()
    return answer


def post_overdue_case(county: Sundial, subject: str) -> None:
    """A matter accepted three weeks ago and never heard of since: red as soon as it is known."""
    now = datetime.fromisoformat(wall_of(county)["as_of"])
    event = {
        "specversion": "1.0",
        "id": f"{subject}/1",
        "source": "hall:xian",
        "type": "case.accepted",
        "subject": subject,
        "time": (now - timedelta(days=21)).isoformat(),
        "data": {"item": "qy-sheli", "hall": "xian", "window": "3", "officer": "s-17", "kind": "promise"},
    }
    answer = httpx.post(
        f"{county.url}/v1/events",
        json=event,
        headers={"Content-Type": "application/cloudevents+json"},
        timeout=20,
    )
    assert answer.status_code == 202, answer.text
    assert answer.json()["results"][0]["status"] == "accepted", answer.text


def test_the_wall_shows_the_figures_of_the_api(page: Page, county: Sundial) -> None:
    open_wall(page, county)
    shown = {
        name: number_of(page.locator(f"[data-figure={name}]").inner_text())
        for name in ("red", "yellow", "dueSoon", "open")
    }
    figures = wall_of(county)["figures"]
    # The county goes on between the two looks.
    assert abs(shown["open"] - figures["open"]) <= 10
    assert abs(shown["red"] - figures["red"]) <= 3
    assert shown["open"] > 100
    rate = figures["on_time"]
    assert f"{rate['value'] * 100:.0f}"[:1] == page.locator("[data-figure=onTime]").inner_text()[:1]
    expect(page.locator(".onTime .fraction")).to_contain_text("/")


def test_a_number_has_its_definition_one_focus_away(page: Page, county: Sundial) -> None:
    open_wall(page, county)
    page.locator(".figure.red").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#hint-yellow")).to_be_visible()


def test_an_event_posted_appears_by_itself(page: Page, county: Sundial) -> None:
    """How soon is measured by `tests.bench.bench_api`; a test on a busy machine would only measure the machine."""
    open_wall(page, county)
    for number in range(2):
        subject = f"e2e-live-{number}"
        post_overdue_case(county, subject)
        page.wait_for_selector(f"[data-subject='{subject}'][data-level='3']", timeout=30_000)


def test_a_click_opens_the_case_with_its_ledger(page: Page, county: Sundial) -> None:
    post_overdue_case(county, "e2e-case")
    open_wall(page, county)
    page.click("[data-subject='e2e-case'][data-level='3']")
    page.wait_for_selector("html[data-ready='case']")
    expect(page).to_have_url(f"{county.url}/cases/e2e-case")
    expect(page.locator("h1")).to_have_text("企业设立登记")
    expect(page.locator("[data-clock=statutory]")).to_have_attribute("data-state", "missed")
    page.click("[data-clock=statutory]")
    lines = page.locator(".lines tbody tr")
    expect(lines.first).to_contain_text("起算当日，不计")
    counted = page.locator(".lines tbody tr[data-kind=counted]")
    assert counted.count() >= 5
    expect(page.locator(".lines tr.due")).to_contain_text("第 5 日")
    expect(page.locator("[data-code=TL-03]")).to_contain_text("红牌")
    expect(page.locator("[data-type='case.accepted']")).to_contain_text("迟录")


def test_a_case_can_be_seen_as_it_was_known(page: Page, county: Sundial) -> None:
    post_overdue_case(county, "e2e-replay")
    then = datetime.fromisoformat(wall_of(county)["as_of"]) - timedelta(days=15)
    page.goto(
        f"{county.url}/cases/e2e-replay?lang=zh&known_at=2099-01-01T00:00:00Z&at={then:%Y-%m-%dT%H:%M:%SZ}"
    )
    page.wait_for_selector("html[data-ready='case']")
    expect(page.locator(".mode")).to_contain_text("回放中")
    expect(page.locator("[data-clock=statutory] .state")).not_to_be_empty()
    page.get_by_role("button", name="回到现在").click()
    expect(page.locator(".mode")).to_contain_text("实时")
    expect(page.locator("[data-code=TL-03]")).to_be_visible()
    # As known before it was typed in, the case is not known yet: said plainly, with a way back.
    page.goto(f"{county.url}/cases/e2e-replay?lang=zh&at={then:%Y-%m-%dT%H:%M:%SZ}")
    expect(page.locator(".empty")).to_contain_text("此刻尚不知此办件")
    page.get_by_role("button", name="回到现在").click()
    expect(page.locator("h1")).to_have_text("企业设立登记")


def test_the_language_switches_everything(page: Page, county: Sundial) -> None:
    open_wall(page, county)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#findings-title")).to_have_text("最新监察结果")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")
    expect(page.locator("#findings-title")).to_have_text("Newest findings")
    expect(page.locator("h1")).to_have_text("Sundial County")
    page.reload()
    expect(page.locator("#findings-title")).to_have_text("Newest findings")


def test_the_trend_has_a_table(page: Page, county: Sundial) -> None:
    open_wall(page, county)
    page.get_by_role("button", name="表格").click()
    expect(page.locator(".scroll tbody tr")).to_have_count(24)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1366, 768), (390, 844)])
def test_nothing_is_cut_off_at_the_side(page: Page, county: Sundial, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_wall(page, county)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    case = wall_of(county)["findings"][0]["subject"]
    page.goto(f"{county.url}/cases/{case}")
    page.wait_for_selector("html[data-ready='case']")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_text_of_the_wall_is_small(page: Page, county: Sundial) -> None:
    open_wall(page, county)
    small = page.evaluate(
        """() => [...document.querySelectorAll('.stage *')]
        .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
        .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 20)
        .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_the_stream_survives_a_restart_of_the_server(page: Page, county: Sundial) -> None:
    open_wall(page, county)
    stream = page.locator(".stream")
    expect(stream).to_have_attribute("data-phase", "live")
    county.stop()
    expect(stream).to_have_attribute("data-phase", "down", timeout=15_000)
    # Old numbers are not shown as if they were new.
    expect(page.locator(".stage")).to_have_attribute("data-stale", "true", timeout=20_000)
    expect(page.locator(".age")).to_contain_text("数据停在")
    county.start()
    expect(stream).to_have_attribute("data-phase", "live", timeout=60_000)
    expect(page.locator(".stage")).not_to_have_attribute("data-stale", "true", timeout=20_000)
    post_overdue_case(county, "e2e-restarted")
    page.wait_for_selector("[data-subject='e2e-restarted']", timeout=30_000)


def test_without_a_server_the_wall_says_so(county: Sundial, chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.route("**/v1/**", lambda route: route.fulfill(status=503, body="{}"))
    page.goto(f"{county.url}/?lang=en")
    expect(page.locator(".empty")).to_contain_text("No data for the moment", timeout=10_000)
    page.unroute("**/v1/**")
    expect(page.locator(".figures .figure")).to_have_count(5, timeout=30_000)
    context.close()
