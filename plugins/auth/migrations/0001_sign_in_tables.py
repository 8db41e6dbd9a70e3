"""The tables of sign-in, and the roles that come with it."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = (
    "auth_user",
    "auth_role",
    "auth_role_parent",
    "auth_role_permission",
    "auth_user_role",
    "auth_user_permission",
    "auth_session",
    "auth_attempts",
    "auth_link",
    "auth_token",
    "auth_recovery_code",
)
_PARENTS = {"viewer": (), "editor": ("viewer",), "operator": ("viewer",), "admin": ()}


def upgrade() -> None:
    _roles()
    _people()
    _sessions()
    _secrets()
    _built_in_roles()


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "auth_user",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("login", sa.String(100), nullable=False),
        sa.Column("login_key", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_index", sa.String(64), nullable=True),
        sa.Column("password_hash", sa.String(255), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_step", _NUMBER, nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_because", sa.String(500), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_auth_user"),
        sa.UniqueConstraint("login_key", name="uq_auth_user_login_key"),
    )
    op.create_index("ix_auth_user_email_index", "auth_user", ["email_index"], unique=False)
    op.create_table(
        "auth_user_role",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(500), nullable=True),
        sa.ForeignKeyConstraint(["role"], ["auth_role.name"], name="fk_auth_user_role_role", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["auth_user.id"], name="fk_auth_user_role_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "role", name="pk_auth_user_role"),
    )
    op.create_table(
        "auth_user_permission",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("permission", sa.String(200), nullable=False),
        sa.Column("effect", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name="fk_auth_user_permission_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "permission", name="pk_auth_user_permission"),
    )


def _roles() -> None:
    op.create_table(
        "auth_role",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("builtin", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_auth_role"),
    )
    op.create_table(
        "auth_role_parent",
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("parent", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["auth_role.name"], name="fk_auth_role_parent_parent", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["role"], ["auth_role.name"], name="fk_auth_role_parent_role", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("role", "parent", name="pk_auth_role_parent"),
    )
    op.create_table(
        "auth_role_permission",
        sa.Column("role", sa.String(60), nullable=False),
        sa.Column("permission", sa.String(200), nullable=False),
        sa.Column("effect", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["role"], ["auth_role.name"], name="fk_auth_role_permission_role", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("role", "permission", name="pk_auth_role_permission"),
    )


def _sessions() -> None:
    op.create_table(
        "auth_session",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("remember", sa.Boolean(), nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("user_agent", sa.String(300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_s", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(40), nullable=True),
        sa.Column("view_as", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["auth_user.id"], name="fk_auth_session_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_auth_session"),
        sa.UniqueConstraint("token_hash", name="uq_auth_session_token_hash"),
    )
    op.create_index("ix_auth_session_ends_at", "auth_session", ["ends_at"], unique=False)
    op.create_index("ix_auth_session_user_id_ended_at", "auth_session", ["user_id", "ended_at"], unique=False)
    op.create_table(
        "auth_attempts",
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_auth_attempts"),
    )
    op.create_index("ix_auth_attempts_last_at", "auth_attempts", ["last_at"], unique=False)


def _secrets() -> None:
    op.create_table(
        "auth_link",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("created_by", sa.String(100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["auth_user.id"], name="fk_auth_link_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_auth_link"),
        sa.UniqueConstraint("token_hash", name="uq_auth_link_token_hash"),
    )
    op.create_table(
        "auth_token",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["auth_user.id"], name="fk_auth_token_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_auth_token"),
        sa.UniqueConstraint("token_hash", name="uq_auth_token_token_hash"),
    )
    op.create_index("ix_auth_token_user_id", "auth_token", ["user_id"], unique=False)
    op.create_table(
        "auth_recovery_code",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["auth_user.id"], name="fk_auth_recovery_code_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name="pk_auth_recovery_code"),
    )


def _built_in_roles() -> None:
    role = sa.table(
        "auth_role",
        sa.column("name", sa.String()),
        sa.column("title", sa.String()),
        sa.column("builtin", sa.Boolean()),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("version", sa.Integer()),
    )
    now = datetime.now(UTC)
    rows = [
        {"name": name, "title": f"auth.role.{name}", "builtin": True, "created_at": now, "version": 1}
        for name in _PARENTS
    ]
    op.bulk_insert(role, rows)
    parent = sa.table("auth_role_parent", sa.column("role", sa.String()), sa.column("parent", sa.String()))
    op.bulk_insert(parent, [{"role": name, "parent": each} for name, own in _PARENTS.items() for each in own])
    permission = sa.table(
        "auth_role_permission",
        sa.column("role", sa.String()),
        sa.column("permission", sa.String()),
        sa.column("effect", sa.String()),
    )
    op.bulk_insert(permission, [{"role": "admin", "permission": "*", "effect": "grant"}])
