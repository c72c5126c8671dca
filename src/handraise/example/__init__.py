"""The example company: invented accounts, leads, events and outcomes with a known truth in them."""

from handraise.example.company import ExampleCompany, generate
from handraise.example.folder import write
from handraise.example.planted import (
    COMPETITOR_DOMAINS,
    COVERED_COUNTRIES,
    ICP_INDUSTRIES,
    INTERCEPT,
    PLANTED,
    SHARES,
    TARGET_FUNCTIONS,
)

__all__ = [
    "COMPETITOR_DOMAINS",
    "COVERED_COUNTRIES",
    "ICP_INDUSTRIES",
    "INTERCEPT",
    "PLANTED",
    "SHARES",
    "TARGET_FUNCTIONS",
    "ExampleCompany",
    "generate",
    "write",
]
