"""Reading parts of a mapping document; every error names its path."""

from typing import Any

from producers.table.errors import MappingError


def child(path: str, name: str) -> str:
    """The path of a key."""
    return f"{path}.{name}" if path else name


def check_keys(mapping: dict[Any, Any], path: str, known: tuple[str, ...]) -> None:
    """Raise MappingError for a key that is not known."""
    for key in mapping:
        if key not in known:
            raise MappingError(child(path, str(key)), f"unknown key; expected one of {', '.join(known)}")


def mapping_at(mapping: dict[str, Any], key: str, path: str) -> dict[str, Any]:
    """The mapping under a key, empty where there is none."""
    value = mapping.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MappingError(child(path, key), f"expected a mapping, got {value!r}")
    return value


def text_at(mapping: dict[str, Any], key: str, path: str, expected: str) -> str:
    """The text under a key."""
    value = mapping.get(key)
    if not isinstance(value, str) or not value:
        raise MappingError(child(path, key), f"expected {expected}, got {value!r}")
    return value


def one_of(mapping: dict[str, Any], key: str, path: str, choices: tuple[str, ...]) -> str:
    """The choice under a key."""
    value = mapping.get(key)
    if not isinstance(value, str) or value not in choices:
        raise MappingError(child(path, key), f"expected one of {', '.join(choices)}, got {value!r}")
    return value


def texts_at(mapping: dict[str, Any], key: str, path: str) -> list[str]:
    """The list of texts under a key; numbers are taken as texts."""
    value = mapping.get(key)
    if value is None:
        return []
    return texts(value, child(path, key))


def texts(value: Any, path: str) -> list[str]:
    """A list of texts; numbers and truth values are taken as texts."""
    if not isinstance(value, list) or any(isinstance(one, dict | list) for one in value):
        raise MappingError(path, f"expected a list of texts, got {value!r}")
    return [plain(one) for one in value]


def plain(value: Any) -> str:
    """A value of YAML as a table would have it: null is empty, truth in small letters."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
