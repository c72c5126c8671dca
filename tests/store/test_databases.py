"""What a test may rely on when it asks for a database."""

import psycopg
import pytest
from sqlalchemy import text

from tests.databases import Database


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_finds_its_database_as_the_template_left_it(database: Database, turn: int) -> None:
    with psycopg.connect(database.owner_url) as connection:
        connection.execute(
            "CREATE TABLE left_by_the_other_turn ()"
        )  # fails if the other turn's is still there


def test_the_engine_speaks_as_the_app_role(database: Database) -> None:
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == "handraise_app"


def test_the_owner_address_speaks_as_the_owner_role(database: Database) -> None:
    with psycopg.connect(database.owner_url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("handraise_owner",)


def test_the_app_role_reads_the_products_tables_and_finds_them_empty(database: Database) -> None:
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM lead")) == 0
