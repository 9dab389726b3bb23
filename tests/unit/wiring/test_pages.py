"""The generated pages of docs/ agree with the code."""

from pathlib import Path

import pytest

from domain.events import EVENT_TYPES
from sundial.pages import PAGES, write

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_the_generated_one(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_every_event_type_has_its_place_in_the_vocabulary() -> None:
    text = PAGES["events.md"]()
    assert all(f"### {name}\n" in text for name in EVENT_TYPES)


def test_the_kinds_of_fields_are_said_in_plain_words() -> None:
    text = PAGES["events.md"]()
    assert "| `limit` | limit | required |" in text
    assert "| `kind` | one of `instant`, `promise`, `other` |  |" in text
    assert "list of object (`stage` text, `limit` limit, `mandatory` true or false)" in text


def test_make_docs_writes_them_all(tmp_path: Path) -> None:
    write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(PAGES)
