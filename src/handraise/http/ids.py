"""Ids in addresses: whole numbers that the database can hold."""

from typing import Annotated

from fastapi import Path

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
