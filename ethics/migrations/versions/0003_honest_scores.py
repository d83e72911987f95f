"""Honest scores: their weekly history, the policies behind them, alarms and the silence watch."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import ethics.database

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('policy',
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('made_at', ethics.database.Moment(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['user_account.id'], name=op.f('fk_policy_made_by')),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_policy'))
    )
    op.create_table('alarm',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('statistic', sa.Float(), nullable=False),
    sa.Column('threshold', sa.Float(), nullable=False),
    sa.Column('weeks', sa.JSON(), nullable=False),
    sa.Column('raised_at', ethics.database.Moment(timezone=True), nullable=False),
    sa.Column('past', sa.Boolean(), nullable=False),
    sa.Column('told', sa.Boolean(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('closed_by', sa.Integer(), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_alarm_client_id')),
    sa.ForeignKeyConstraint(['closed_by'], ['user_account.id'], name=op.f('fk_alarm_closed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm')),
    sa.UniqueConstraint('client_id', 'week', name=op.f('uq_alarm_client_id_week'))
    )
    with op.batch_alter_table('alarm', schema=None) as batch_op:
        batch_op.create_index('ix_alarm_closed', ['closed_on'], unique=False)

    op.create_table('client_watch',
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('computed_at', ethics.database.Moment(timezone=True), nullable=False),
    sa.Column('statistic', sa.Float(), nullable=False),
    sa.Column('threshold', sa.Float(), nullable=False),
    sa.Column('weeks', sa.JSON(), nullable=False),
    sa.Column('silence', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_client_watch_client_id')),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_client_watch'))
    )
    op.create_table('score_week',
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('revision', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('score', sa.Float(), nullable=True),
    sa.Column('low', sa.Float(), nullable=True),
    sa.Column('high', sa.Float(), nullable=True),
    sa.Column('weakest', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=True),
    sa.Column('contacts', sa.Integer(), nullable=False),
    sa.Column('mismatches', sa.Integer(), nullable=False),
    sa.Column('evidence', sa.BigInteger(), nullable=False),
    sa.Column('policy_version', sa.Integer(), nullable=False),
    sa.Column('computed_at', ethics.database.Moment(timezone=True), nullable=False),
    sa.Column('replaced_at', ethics.database.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_score_week_client_id')),
    sa.PrimaryKeyConstraint('client_id', 'week', 'revision', name=op.f('pk_score_week'))
    )
    _keep_weekly_scores()
    op.drop_table('score')
    op.create_table('score',
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('judged_on', sa.Date(), nullable=False),
    sa.Column('computed_at', ethics.database.Moment(timezone=True), nullable=False),
    sa.Column('policy_version', sa.Integer(), nullable=False),
    sa.Column('score', sa.Float(), nullable=True),
    sa.Column('low', sa.Float(), nullable=True),
    sa.Column('high', sa.Float(), nullable=True),
    sa.Column('band', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('rate_mean', sa.Float(), nullable=False),
    sa.Column('rate_low', sa.Float(), nullable=False),
    sa.Column('rate_high', sa.Float(), nullable=False),
    sa.Column('contacts', sa.Integer(), nullable=False),
    sa.Column('mismatches', sa.Integer(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_score_client_id')),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_score'))
    )


def _keep_weekly_scores() -> None:
    """Scores of Sundays go into the history as they are; the rest was the present picture, and is computed anew."""
    columns = ('client_id', 'score', 'low', 'high', 'contacts', 'mismatches', 'policy_version')
    old = sa.table('score', sa.column('as_of', sa.Date), sa.column('computed_at', ethics.database.Moment(timezone=True)),
                   *(sa.column(name) for name in columns))
    new = sa.table('score_week', sa.column('week', sa.Date), sa.column('computed_at', ethics.database.Moment(timezone=True)),
                   *(sa.column(name) for name in (*columns, 'revision', 'evidence')))
    rows = [dict(row._mapping) for row in op.get_bind().execute(sa.select(old))]
    kept = [{**{name: row[name] for name in columns}, 'week': row['as_of'], 'computed_at': row['computed_at'],
             'revision': 0, 'evidence': 0} for row in rows if row['as_of'].isoweekday() == 7]
    if kept:
        op.bulk_insert(new, kept)
