"""The text of a scenario file, as data that knows its lines. YAML or JSON; every error names its place."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, NoReturn

import yaml

from sundial.plain_yaml import compose_yaml

__all__ = ["Reader", "ScenarioError"]


class ScenarioError(Exception):
    """A scenario that is wrong: the file, the line if known, the path in it, and what was expected there."""

    def __init__(self, file: str, path: str, expected: str, line: int | None = None) -> None:
        place = f"{file}:{line}" if line is not None else file
        super().__init__(f"{place}: {path}: {expected}" if path else f"{place}: {expected}")
        self.path = path


class Reader:
    """Reads one file; knows the line of every path. Raises ScenarioError."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}
        self.document: Any = self._json(text) if file.endswith(".json") else self._yaml(text)
        self._check_texts(self.document, "")

    def fail(self, path: str, expected: str, line: int | None = None) -> NoReturn:
        """Raise the error of a place: its own line, or that of what it stands in."""
        where = path
        while line is None and where:
            line = self.lines.get(where)
            where = where[: max(where.rfind("."), where.rfind("["), 0)]
        raise ScenarioError(self.file, path, expected, line)

    def _yaml(self, text: str) -> Any:
        try:
            nodes, document = compose_yaml(text)
            self._mark(nodes, "")
            return document
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark is not None else None
            raise ScenarioError(self.file, "", f"not valid YAML: {error.problem}", line) from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise ScenarioError(self.file, "", f"not valid YAML: {error}") from None

    def _json(self, text: str) -> Any:
        with suppress(yaml.YAMLError, ValueError, RecursionError):  # only for the lines: JSON is read as YAML
            self._mark(compose_yaml(text.replace("\t", " "))[0], "")
        try:
            return json.loads(text, parse_constant=_no_number)
        except json.JSONDecodeError as error:
            raise ScenarioError(self.file, "", f"not valid JSON: {error.msg}", error.lineno) from None
        except (ValueError, RecursionError) as error:
            raise ScenarioError(self.file, "", f"not valid JSON: {error}") from None

    def _mark(self, node: yaml.Node | None, path: str) -> None:
        if node is None:
            return
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                name = str(key.value)
                if name in seen:
                    self.fail(f"{path}.{name}".lstrip("."), "the same key twice", key.start_mark.line + 1)
                seen.add(name)
                child = f"{path}.{name}".lstrip(".")
                self._mark(value, child)
                self.lines[child] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self._mark(value, f"{path}[{index}]")

    def _check_texts(self, value: Any, path: str) -> None:
        """Half a surrogate pair can be written as an escape, and is no text."""
        if isinstance(value, str) and not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                self.fail(path, "expected a text of whole characters")
        elif isinstance(value, dict):
            for key, item in value.items():
                self._check_texts(item, f"{path}.{key}".lstrip("."))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self._check_texts(item, f"{path}[{index}]")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
