"""The agents' door: anonymous flags and receipts, threads, evidence, triage's tools, the promise ledger's history."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import ethics.database

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('answer_template',
    sa.Column('outcome', sqlmodel.sql.sqltypes.AutoString(length=3), nullable=False),
    sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
    sa.PrimaryKeyConstraint('outcome', 'language', name=op.f('pk_answer_template'))
    )
    op.create_table('door_slot',
    sa.Column('slot', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('slot', name=op.f('pk_door_slot'))
    )
    op.create_table('receipt',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('lookup', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('secret_hash', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('closed', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('lookup', name=op.f('uq_receipt_lookup')),
    sqlite_with_rowid=False
    )
    op.create_table('digest',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_digest_user_id')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_digest'))
    )
    op.create_table('conflict',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_conflict_client_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_conflict_user_id')),
    sa.PrimaryKeyConstraint('user_id', 'client_id', name=op.f('pk_conflict'))
    )
    op.create_table('published_change',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('period', sa.Date(), nullable=False),
    sa.Column('said', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('did', sqlmodel.sql.sqltypes.AutoString(length=600), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_published_change_client_id')),
    sa.ForeignKeyConstraint(['published_by'], ['user_account.id'], name=op.f('fk_published_change_published_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_published_change'))
    )
    with op.batch_alter_table('published_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_published_change_client_id'), ['client_id'], unique=False)

    op.create_table('good_news',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('client_id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=True),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
    sa.Column('filed_on', sa.Date(), nullable=False),
    sa.Column('reporter_id', sa.Integer(), nullable=False),
    sa.Column('submission', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_good_news_campaign_id')),
    sa.ForeignKeyConstraint(['client_id'], ['client.id'], name=op.f('fk_good_news_client_id')),
    sa.ForeignKeyConstraint(['reporter_id'], ['user_account.id'], name=op.f('fk_good_news_reporter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_good_news')),
    sa.UniqueConstraint('submission', name=op.f('uq_good_news_submission'))
    )
    with op.batch_alter_table('good_news', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_good_news_client_id'), ['client_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_good_news_reporter_id'), ['reporter_id'], unique=False)

    op.create_table('promise_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('promise_id', sa.Integer(), nullable=False),
    sa.Column('at', ethics.database.Moment(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('act', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['user_account.id'], name=op.f('fk_promise_event_by')),
    sa.ForeignKeyConstraint(['promise_id'], ['promise.id'], name=op.f('fk_promise_event_promise_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promise_event'))
    )
    with op.batch_alter_table('promise_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_promise_event_promise_id'), ['promise_id'], unique=False)

    op.create_table('client_question',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('flag_id', sa.String(length=32), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['asked_by'], ['user_account.id'], name=op.f('fk_client_question_asked_by')),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], name=op.f('fk_client_question_flag_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_client_question'))
    )
    with op.batch_alter_table('client_question', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_client_question_flag_id'), ['flag_id'], unique=False)

    op.create_table('evidence',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('flag_id', sa.String(length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(length=4), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], name=op.f('fk_evidence_flag_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
    sa.UniqueConstraint('flag_id', 'position', name=op.f('uq_evidence_flag_id_position'))
    )
    op.create_table('flag_exclusion',
    sa.Column('flag_id', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], name=op.f('fk_flag_exclusion_flag_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_flag_exclusion_user_id')),
    sa.PrimaryKeyConstraint('flag_id', 'user_id', name=op.f('pk_flag_exclusion')),
    sqlite_with_rowid=False
    )
    op.create_table('message',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('flag_id', sa.String(length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('side', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
    sa.Column('written_on', sa.Date(), nullable=False),
    sa.Column('seen', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], name=op.f('fk_message_flag_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('flag_id', 'position', name=op.f('uq_message_flag_id_position')),
    sqlite_with_rowid=False
    )
    op.create_table('triage_note',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('flag_id', sa.String(length=32), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
    sa.Column('written_by', sa.Integer(), nullable=True),
    sa.Column('written_at', ethics.database.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], name=op.f('fk_triage_note_flag_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['written_by'], ['user_account.id'], name=op.f('fk_triage_note_written_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triage_note'))
    )
    with op.batch_alter_table('triage_note', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_triage_note_flag_id'), ['flag_id'], unique=False)

    op.create_table('verification',
    sa.Column('id', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
    sa.Column('flag_id', sa.String(length=32), nullable=False),
    sa.Column('method', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('result', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
    sa.Column('done_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['done_by'], ['user_account.id'], name=op.f('fk_verification_done_by')),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], name=op.f('fk_verification_flag_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verification'))
    )
    with op.batch_alter_table('verification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verification_flag_id'), ['flag_id'], unique=False)

    op.create_table('whistle_answer',
    sa.Column('flag_id', sa.String(length=32), nullable=False),
    sa.Column('decided', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=False),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['answered_by'], ['user_account.id'], name=op.f('fk_whistle_answer_answered_by')),
    sa.ForeignKeyConstraint(['flag_id'], ['flag.id'], name=op.f('fk_whistle_answer_flag_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('flag_id', name=op.f('pk_whistle_answer'))
    )
    # On SQLite the table is made anew without row numbers: they would tell in which order flags came.
    sqlite = op.get_context().dialect.name == 'sqlite'
    with op.batch_alter_table(
        'flag', schema=None, recreate='always' if sqlite else 'auto', table_kwargs={'sqlite_with_rowid': False}
    ) as batch_op:
        batch_op.add_column(sa.Column('experience', sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('said', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('said_where', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('step', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True))
        batch_op.add_column(sa.Column('channel', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True))
        batch_op.add_column(sa.Column('frequency', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=True))
        batch_op.add_column(sa.Column('for_family', sqlmodel.sql.sqltypes.AutoString(length=6), nullable=True))
        batch_op.add_column(sa.Column('contact_ref', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('language', sqlmodel.sql.sqltypes.AutoString(length=2), nullable=False, server_default='en'))
        batch_op.add_column(sa.Column('whistle', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('withheld', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('receipt_id', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('acknowledged_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('waiting_since', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('paused_days', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('closed', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('alerted', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('outcome', sqlmodel.sql.sqltypes.AutoString(length=3), nullable=True))
        batch_op.add_column(sa.Column('merged_into', sqlmodel.sql.sqltypes.AutoString(length=32), nullable=True))
        batch_op.alter_column('submission',
               existing_type=sa.VARCHAR(length=32),
               type_=sqlmodel.sql.sqltypes.AutoString(length=64),
               existing_nullable=True)
        batch_op.create_index(batch_op.f('ix_flag_merged_into'), ['merged_into'], unique=False)
        batch_op.create_index(batch_op.f('ix_flag_receipt_id'), ['receipt_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_flag_receipt_id'), 'receipt', ['receipt_id'], ['id'], initially='DEFERRED', deferrable=True)

    with op.batch_alter_table('promise', schema=None) as batch_op:
        batch_op.add_column(sa.Column('verdict_evidence', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('withdrawn_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('withdrawn_evidence', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False, server_default=''))

    with op.batch_alter_table('user_account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email', sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True))
