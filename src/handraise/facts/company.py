"""What people type about a company: how many people, how much revenue, which industry."""

from handraise.facts.industries import industry_of
from handraise.facts.ranges import Range, number_range

__all__ = ["Range", "industry_of", "number_range"]
