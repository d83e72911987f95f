"""Alembic's entry: runs on the locked connection that `ethics.database.migrate` hands over."""

from alembic import context

from ethics.database import Table


def ours(_thing: object, name: str | None, kind: str, _reflected: bool, _compared_to: object) -> bool:
    """Leave the monthly partitions of `shift` out of comparisons: imports make them (`ethics.workforce.months`)."""
    return not (kind == "table" and (name or "").startswith("shift_month_"))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_object=ours,
)
context.run_migrations()
