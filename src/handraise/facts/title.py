"""What a job title says: how senior somebody is, and what they work on."""

from handraise.facts.function import Function, function_of
from handraise.facts.seniority import Seniority, seniority_named, seniority_of

__all__ = ["Function", "Seniority", "function_of", "seniority_named", "seniority_of"]
