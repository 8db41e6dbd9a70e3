"""Statistics of statements and transactions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "host_monitor_figure",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("span", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        *_origin(),
        *(sa.Column(name, NUMBER, nullable=False) for name in ("count", "errors", "rows", "statements", "retries")),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("histogram", sa.JSON(), nullable=False),
    )
    op.create_index("ix_host_monitor_figure_minute_process", "host_monitor_figure", ["minute", "process"])
    op.create_table(
        "host_monitor_shape",
        sa.Column("fingerprint", sa.String(16), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("site", sa.String(400), nullable=False),
        sa.Column("planned_at", MOMENT, nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("plan_fault", sa.Text(), nullable=True),
    )
    op.create_index("ix_host_monitor_shape_last_seen", "host_monitor_shape", ["last_seen"])
    op.create_table(
        "host_monitor_slow",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        *_origin(),
        sa.Column("site", sa.String(400), nullable=False),
        sa.Column("correlation_id", sa.String(100), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("rows", NUMBER, nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
    )
    op.create_index("ix_host_monitor_slow_at", "host_monitor_slow", ["at"])
    op.create_table(
        "host_monitor_finding",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("site", sa.String(400), nullable=False),
        *_origin(),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("cure", sa.Text(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("runs", NUMBER, nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
    )
    op.create_index("ix_host_monitor_finding_last_seen", "host_monitor_finding", ["last_seen"])
    op.create_table(
        "host_monitor_pool",
        sa.Column("process", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("host_name", sa.String(255), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("pid", "size", "max_overflow")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("checked_out", "waiting", "timeouts")),
        sa.Column("longest_held_s", sa.Float(), nullable=False),
        sa.Column("holders", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    for table in ("pool", "finding", "slow", "shape", "figure"):
        op.drop_table(f"host_monitor_{table}")


def _origin() -> tuple[sa.Column[str], sa.Column[str]]:
    page: sa.Column[str] = sa.Column("page", sa.String(400), nullable=False)
    return page, sa.Column("plugin", sa.String(100), nullable=False)
