"""What the file of a dossier is called."""

from __future__ import annotations

import re

__all__ = ["file_name"]


def file_name(subject: str) -> str:
    """A name that every system takes: letters, digits, dot, dash; anything else becomes a dash."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", subject).strip("-.")[:80]
    return f"dossier-{plain}.pdf" if plain else "dossier.pdf"
