"""The rules about the catalogue of items (CA)."""

from __future__ import annotations

from typing import Final

from domain.registry.rule import Rule
from domain.registry.sources import licensing

__all__ = ["CATALOGUE"]

CATALOGUE: Final = (
    Rule(
        "CA-03", "目录时限错误", "Catalogue limit wrong", (licensing(30),), levels=(2,),
        covers=("WX-14", "TZ-M10"),
    ),
)  # fmt: skip
