"""What the files call things, and what the definition calls them."""

import pytest

from handraise.core.errors import InputInvalid
from handraise.files.mapping import Mapping


def test_one_column_is_not_given_two_names() -> None:
    with pytest.raises(InputInvalid, match="two names, `lead_id` and `email`"):
        Mapping.parse(["Email=lead_id", "Email=email"])


def test_the_same_entry_twice_is_no_contradiction() -> None:
    assert Mapping.parse(["Email=email", "Email=email"]).columns["Email"] == "email"
