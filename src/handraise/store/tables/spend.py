"""What marketing spent."""

from typing import Final

from sqlalchemy import BigInteger, Column, Date, Index, Table, UniqueConstraint

from handraise.store.tables.schema import METADATA, moment, number, text

# `campaign` is empty for what was spent on the source as a whole. A sum is hundredths of its currency.
spend: Final = Table(
    "spend",
    METADATA,
    number(),
    Column("month", Date, nullable=False),  # its first day
    text("source"),  # as the fact `lead.source` says it
    text("campaign", server_default=""),
    text("currency"),
    Column("amount_cents", BigInteger, nullable=False),
    text("entered_by"),
    moment("entered_at"),
    Column("import_id", BigInteger, nullable=True),
    UniqueConstraint("month", "source", "campaign", "currency"),
)

# Sums whose place another took, the latest with the highest number: that one comes back when the import which
# brought the other is taken back.
spend_before: Final = Table(
    "spend_before",
    METADATA,
    number(),
    Column("month", Date, nullable=False),
    text("source"),
    text("campaign"),
    text("currency"),
    Column("amount_cents", BigInteger, nullable=False),
    text("entered_by"),
    moment("entered_at"),
    Column("import_id", BigInteger, nullable=True),
    Index(None, "month", "source", "campaign", "currency"),
)
