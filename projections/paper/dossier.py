"""A dossier's document as PDF. The data reaches the template as data, never as markup.

The shipped font covers GB 2312 and Latin; for any other character typst falls back to the machine's fonts, and the
document ends with a list of such characters and their codes, so that nothing is lost where no font has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import typst

from domain.dossier import LABELS
from domain.instants import SECOND, parse_instant

__all__ = ["PaperError", "covered", "missing_characters", "render_dossier"]

_HERE: Final = Path(__file__).resolve().parent
_FONTS: Final = _HERE / "fonts"


class PaperError(RuntimeError):
    """The document could not be laid out; the message is typst's."""


def render_dossier(
    document: Mapping[str, Any], form: Literal["pdf", "png"] = "pdf", ppi: float = 110.0
) -> list[bytes]:
    """The dossier as one PDF, or as one PNG a page. Raises PaperError.

    The same document gives the same bytes: its date is `known_at`, not the time of printing.
    """
    inputs = {
        "document": msgspec.json.encode(document).decode(),
        "labels": msgspec.json.encode(LABELS[document["lang"]]).decode(),
        "missing": msgspec.json.encode(missing_characters(document)).decode(),
    }
    stamp = max(0, parse_instant(document["known_at"]) // SECOND)
    try:
        pages: Any = typst.compile(
            str(_HERE / "dossier.typ"),
            root=str(_HERE),
            font_paths=[str(_FONTS)],
            sys_inputs=inputs,
            format=form,
            ppi=ppi,
            timestamp=stamp,
        )
    except RuntimeError as error:
        raise PaperError(str(error)) from None
    return pages if isinstance(pages, list) else [pages]


def missing_characters(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """The characters of a document that the shipped font lacks, with their codes, in order of code."""
    have = covered()
    lacking = {
        one for text in _texts(document) for one in text if ord(one) not in have and one not in "\n\t\r"
    }
    return [{"character": one, "code": f"U+{ord(one):04X}"} for one in sorted(lacking)]


@cache
def covered() -> frozenset[int]:
    """The code points of the shipped font."""
    codes: set[int] = set()
    for line in (_FONTS / "coverage.txt").read_text("ascii").split():
        first, last = line.split("-")
        codes.update(range(int(first, 16), int(last, 16) + 1))
    return frozenset(codes)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
