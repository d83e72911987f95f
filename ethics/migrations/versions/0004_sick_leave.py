"""Sick leave: HR's word, what was published and is never changed, and overwritten spells apart from other rows."""

import datetime as dt

import sqlalchemy as sa
import sqlmodel
from alembic import op

import ethics.database

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


SQLITE_TRIGGERS = (
    "CREATE TRIGGER release_no_update BEFORE UPDATE ON wellbeing_release "
    "BEGIN SELECT RAISE(ABORT, 'a published quarter is never changed'); END",
    "CREATE TRIGGER release_no_delete BEFORE DELETE ON wellbeing_release "
    "BEGIN SELECT RAISE(ABORT, 'a published quarter is never changed'); END",
    # INSERT OR REPLACE deletes without the trigger above, by the quarter or by the number of the row.
    "CREATE TRIGGER release_no_replace BEFORE INSERT ON wellbeing_release "
    "WHEN EXISTS (SELECT 1 FROM wellbeing_release WHERE quarter = NEW.quarter OR rowid = NEW.rowid) "
    "BEGIN SELECT RAISE(ABORT, 'a published quarter is never changed'); END",
)
POSTGRES_TRIGGERS = (
    "CREATE FUNCTION release_frozen() RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RAISE EXCEPTION 'a published quarter is never changed'; END$$",
    "CREATE TRIGGER release_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON wellbeing_release "
    "FOR EACH STATEMENT EXECUTE FUNCTION release_frozen()",
)


def upgrade() -> None:
    op.create_table('absence_terms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('heard_on', sa.Date(), nullable=False),
    sa.Column('assessment', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.Column('confirmed_at', ethics.database.Moment(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['confirmed_by'], ['user_account.id'], name=op.f('fk_absence_terms_confirmed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence_terms'))
    )
    op.create_table('day_cost',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cents', sa.Integer(), nullable=False),
    sa.Column('set_at', ethics.database.Moment(timezone=True), nullable=False),
    sa.Column('set_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['set_by'], ['user_account.id'], name=op.f('fk_day_cost_set_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_cost'))
    )
    op.create_table('spell_before',
    sa.Column('by_batch_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_batch_id'], ['import_batch.id'], name=op.f('fk_spell_before_by_batch_id')),
    sa.PrimaryKeyConstraint('by_batch_id', 'agent_id', 'starts_on', name=op.f('pk_spell_before'))
    )
    op.create_table('wellbeing_release',
    sa.Column('quarter', sqlmodel.sql.sqltypes.AutoString(length=6), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.Column('ratios_of', sa.Integer(), nullable=True),
    sa.Column('content', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.ForeignKeyConstraint(['published_by'], ['user_account.id'], name=op.f('fk_wellbeing_release_published_by')),
    sa.PrimaryKeyConstraint('quarter', name=op.f('pk_wellbeing_release'))
    )
    _move_overwritten_spells()
    for statement in POSTGRES_TRIGGERS if op.get_context().dialect.name == "postgresql" else SQLITE_TRIGGERS:
        op.execute(statement)


def _move_overwritten_spells() -> None:
    """What imports overwrote of spells lay among other kinds' rows."""
    old = sa.table('import_before', sa.column('batch_id', sa.Integer), sa.column('row_key', sa.String), sa.column('before', sa.JSON))
    new = sa.table('spell_before', *(sa.column(name, sa.Integer) for name in ('by_batch_id', 'agent_id', 'batch_id')),
                   sa.column('starts_on', sa.Date), sa.column('ends_on', sa.Date))
    mine = old.c.row_key.startswith('spell:')

    def day(text):
        return dt.date.fromisoformat(text) if text else None

    rows = [{'by_batch_id': batch_id, 'agent_id': before['agent_id'], 'batch_id': before['batch_id'],
             'starts_on': day(before['starts_on']), 'ends_on': day(before['ends_on'])}
            for batch_id, before in op.get_bind().execute(sa.select(old.c.batch_id, old.c.before).where(mine))]
    if rows:
        op.bulk_insert(new, rows)
        op.execute(sa.delete(old).where(mine))
