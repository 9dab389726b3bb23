"""What the tests of streams may ask for."""

from tests.unit.streams.desk import desk

__all__ = ["desk"]
