"""What is found, refused or concluded, with its German: the form of each saying, with the same places."""

from collections.abc import Mapping
from typing import Final

from handraise.core.words.german.sayings.findings import FINDINGS
from handraise.core.words.german.sayings.history import HISTORY
from handraise.core.words.german.sayings.language import COMPLAINTS, LANGUAGE
from handraise.core.words.german.sayings.refusals import REFUSALS
from handraise.core.words.german.sayings.spend import SPEND

SAYINGS: Final[Mapping[str, str]] = {**LANGUAGE, **FINDINGS, **HISTORY, **REFUSALS, **SPEND}
"""German by the English form."""

__all__ = ["COMPLAINTS", "SAYINGS"]
