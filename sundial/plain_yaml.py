"""YAML read as JSON would be: dates, times and numbers with colons stay texts."""

from __future__ import annotations

import re
from typing import Any

import yaml

__all__ = ["PlainLoader", "load_yaml"]


class PlainLoader(yaml.SafeLoader):
    """YAML whose dates, times and colon-numbers stay texts, as in JSON."""


PlainLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _resolve(tag: str, pattern: str, firsts: str) -> None:
    PlainLoader.add_implicit_resolver(tag, re.compile(pattern), list(firsts))


_resolve("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF")
_resolve("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789")
_resolve(
    "tag:yaml.org,2002:float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"
)


def load_yaml(text: str) -> Any:
    """The document of a text. Raises yaml.YAMLError with its mark."""
    return yaml.load(text, Loader=PlainLoader)  # noqa: S506 - a SafeLoader with fewer resolvers
