"""The tables of the product, one module a subject. Only the store's own modules use them."""

from handraise.store.tables import (
    access,
    audiences,
    definitions,
    events,
    handoffs,
    leads,
    outside,
    reviews,
    scores,
    spend,
)
from handraise.store.tables.schema import METADATA, SCHEMA

__all__ = [
    "METADATA",
    "SCHEMA",
    "access",
    "audiences",
    "definitions",
    "events",
    "handoffs",
    "leads",
    "outside",
    "reviews",
    "scores",
    "spend",
]
