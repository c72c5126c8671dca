"""The domain's own lines: from where on a figure says that the definition is off. Shares in [0, 1]."""

from typing import Final

MOST_REJECTED: Final = 0.30
"""Sales rejects more: the bar is too low, the definition too loose, or fit is missing from it."""
LEAST_QUALIFIED: Final = 0.15
"""Fewer leads qualify: sales starves."""
MOST_QUALIFIED: Final = 0.25
"""More leads qualify: sales cannot follow up."""
