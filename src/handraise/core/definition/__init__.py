"""The definition: its language, its values, and how it is read."""

from handraise.core.definition.model import Definition
from handraise.core.definition.reading import Read, read_definition

__all__ = ["Definition", "Read", "read_definition"]
