"""Learned points: from what became of leads to a card of a few whole-numbered rules that people can sign."""

from handraise.learn.points.card import Bar, Card, CardRule, Points, Step
from handraise.learn.points.choosing import Wanted
from handraise.learn.points.evidence import Asked, Evidence, Suspicion, gathered
from handraise.learn.points.judging import Judged, Trial
from handraise.learn.points.learning import Learned, TooLittle, learn

__all__ = [
    "Asked",
    "Bar",
    "Card",
    "CardRule",
    "Evidence",
    "Judged",
    "Learned",
    "Points",
    "Step",
    "Suspicion",
    "TooLittle",
    "Trial",
    "Wanted",
    "gathered",
    "learn",
]
