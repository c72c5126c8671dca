"""How Alembic runs here: always on a connection that `handraise.store.schema` hands in."""

from alembic import context

from handraise.store.tables import METADATA, SCHEMA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    version_table_schema=SCHEMA,
    include_schemas=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
