"""Alembic's entry point: the connection is handed over by :func:`db.engine.open_database`."""

from alembic import context

from db.schema import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
