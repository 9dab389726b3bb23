"""Pictures of the screens: `python -m tests.e2e.screenshots docs/images [OTHERS]`.

The wall and a case in both languages at 1920 x 1080 go to the first folder; laptop and phone to the second, by
default a temporary one that is named at the end.
"""

import sys
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import Browser

from tests.e2e.server import browser, demo_county

BIG = (1920, 1080)
OTHER_SIZES = {"laptop": (1366, 768), "phone": (390, 844)}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


def main(folder: Path, others: Path) -> None:
    """Start a demo county and take the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    others.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        demo_county(Path(data) / "data") as sundial,
        browser() as chromium,
    ):
        pages = {"wall": "/", "case": f"/cases/{telling_case(sundial.url)}"}
        for language in LANGUAGES:
            for name, path in pages.items():
                address = f"{sundial.url}{path}?lang={language}"
                shoot(chromium, address, language, BIG, folder / f"{name}-{language}.png")
                for device, size in OTHER_SIZES.items():
                    file = others / f"{name}-{language}-{device}.png"
                    shoot(chromium, address, language, size, file, whole=True)
    print(f"pictures: {folder}; laptop and phone: {others}")


def telling_case(url: str) -> str:
    """A case worth looking at: gravest first, one that was suspended, with many events."""
    found = httpx.get(f"{url}/v1/findings?level=3&limit=50", timeout=20).json()["findings"]
    found += httpx.get(f"{url}/v1/findings?level=2&limit=50", timeout=20).json()["findings"]
    best, most = found[0]["subject"], -1
    for subject in dict.fromkeys(one["subject"] for one in found if one["state"] != "lifted"):
        case = httpx.get(f"{url}/v1/cases/{subject}", timeout=20).json()
        clocks = case["verdict"]["clocks"].values()
        level = max(finding["level"] for finding in case["verdict"]["findings"])
        paused = any(clock["paused_seconds"] for clock in clocks)
        score = 100 * level + 50 * paused + min(len(case["events"]), 20)
        if score > most:
            best, most = subject, score
    return str(best)


def shoot(
    chromium: Browser, url: str, language: str, size: tuple[int, int], file: Path, *, whole: bool = False
) -> None:
    """One picture, when the first data and the fonts are there."""
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=LANGUAGES[language], reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("html[data-ready]")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(600)
    page.screenshot(path=file, full_page=whole)
    context.close()


if __name__ == "__main__":
    main(
        Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"),
        Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="sundial-screens-")),
    )
