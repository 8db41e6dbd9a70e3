"""Tables of sign-in: people, roles, sessions, links, tokens; secrets stand hashed or encrypted only."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from host import BlindIndex, Encrypted, UtcDateTime, Versioned

NAMING: Final = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")
_BOOKKEEPING: Final = {"info": {"audit_exempt": "bookkeeping of sign-in; security events tell what happened"}}


class Base(DeclarativeBase):
    """Base of the tables of sign-in."""

    metadata = MetaData(naming_convention=NAMING)


class User(Versioned, Base):
    """A person who may sign in; never deleted, because the audit names them, but disabled and anonymised."""

    __tablename__ = "auth_user"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    login: Mapped[str] = mapped_column(String(100))
    """As the person wrote it."""
    login_key: Mapped[str] = mapped_column(String(100), unique=True)
    """`login` in NFKC and folded: what is looked up."""
    name: Mapped[str] = mapped_column(String(200), info={"pii": "name"})
    """What pages show."""
    email: Mapped[str | None] = mapped_column(Encrypted(String(254), pii="email"))
    email_index: Mapped[str | None] = mapped_column(BlindIndex("email"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(255), info={"pii": "secret"})
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    must_change: Mapped[bool] = mapped_column(default=False)
    """Whether the next sign-in asks for a new password."""
    totp_secret: Mapped[str | None] = mapped_column(Encrypted(String(64), pii="secret"))
    """Set by enrolment, in force once `totp_since` is."""
    totp_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_step: Mapped[int | None] = mapped_column(_NUMBER)
    """The newest time step whose code was used; it and older ones are refused."""
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_because: Mapped[str | None] = mapped_column(String(500))
    epoch: Mapped[int] = mapped_column(default=0)
    """Counts changes of what this person may do."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Role(Versioned, Base):
    """A named set of permissions that inherits from others."""

    __tablename__ = "auth_role"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    builtin: Mapped[bool] = mapped_column(default=False)
    """Whether it came with the plugin; such a role can be changed, not removed."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoleParent(Base):
    """`role` holds everything that `parent` holds."""

    __tablename__ = "auth_role_parent"

    role: Mapped[str] = mapped_column(ForeignKey("auth_role.name", ondelete="CASCADE"), primary_key=True)
    parent: Mapped[str] = mapped_column(ForeignKey("auth_role.name", ondelete="CASCADE"), primary_key=True)


class RolePermission(Base):
    """An operator's word on one permission of a role; without a row the plugin's own default holds."""

    __tablename__ = "auth_role_permission"

    role: Mapped[str] = mapped_column(ForeignKey("auth_role.name", ondelete="CASCADE"), primary_key=True)
    permission: Mapped[str] = mapped_column(String(200), primary_key=True)
    effect: Mapped[str] = mapped_column(String(10))
    """``grant``, ``deny``, or ``none``: not granted although the plugin would."""


class UserRole(Base):
    """A person has a role, perhaps for a while only."""

    __tablename__ = "auth_user_role"

    user_id: Mapped[str] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(ForeignKey("auth_role.name", ondelete="CASCADE"), primary_key=True)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it ends by itself: break-glass gives roles for hours."""
    reason: Mapped[str | None] = mapped_column(String(500))


class UserPermission(Base):
    """A permission of one person besides the roles."""

    __tablename__ = "auth_user_permission"

    user_id: Mapped[str] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), primary_key=True)
    permission: Mapped[str] = mapped_column(String(200), primary_key=True)
    effect: Mapped[str] = mapped_column(String(10))
    """``grant`` or ``deny``."""


class SignInSession(Base):
    """One sign-in on one device; its token stands hashed only."""

    __tablename__ = "auth_session"
    __table_args__ = (Index("ix_auth_session_user_id_ended_at", "user_id", "ended_at"), _BOOKKEEPING)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    """``code``: the password was right, a code is missing; ``renew``: a new password is due; ``open``: signed in."""
    user_id: Mapped[str] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"))
    method: Mapped[str] = mapped_column(String(40))
    remember: Mapped[bool]
    device: Mapped[str] = mapped_column(String(64))
    client: Mapped[str] = mapped_column(String(64), info={"pii": "ip"})
    user_agent: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the person last proved who they are; changes of credentials ask anew after a while."""
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    idle_s: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(40))
    view_as: Mapped[str | None] = mapped_column(String(32))
    """Id of the person through whose eyes the app is looked at."""


class Attempts(Base):
    """Failed attempts under one key, and until when the next one waits."""

    __tablename__ = "auth_attempts"
    __table_args__ = (_BOOKKEEPING,)

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Link(Base):
    """A link that may be used once: to set the app up, to choose a new password, to join."""

    __tablename__ = "auth_link"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info={"pii": "secret"})
    kind: Mapped[str] = mapped_column(String(10))
    """``setup``, ``reset`` or ``invite``."""
    user_id: Mapped[str | None] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"))
    roles: Mapped[list[Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(200))
    created_by: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiToken(Base):
    """A token by which a program acts as a person, with less than the person may do."""

    __tablename__ = "auth_token"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info={"pii": "secret"})
    user_id: Mapped[str] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[Any]] = mapped_column(JSON)
    """Permissions that it may use, names or patterns; never more than the person holds."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code that replaces the authenticator once."""

    __tablename__ = "auth_recovery_code"

    user_id: Mapped[str] = mapped_column(ForeignKey("auth_user.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True, info={"pii": "secret"})
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
