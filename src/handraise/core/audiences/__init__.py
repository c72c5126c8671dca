"""Audiences: a condition on leads that somebody keeps under a name, in the words of the definition."""

from handraise.core.audiences.reading import NOBODY, Audience, asked, read_audience
from handraise.core.audiences.standing import STANDING, standing_fact

__all__ = ["NOBODY", "STANDING", "Audience", "asked", "read_audience", "standing_fact"]
