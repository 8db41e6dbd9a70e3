"""Roles: what they are called, inherit, grant and deny; nobody gives away more than they hold."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from host import ChangeFeed, Database, NotFoundError, Repository, UnitOfWork, authorize
from host.kernel.acknowledged import AUTH_TOPIC
from host.kernel.registry import Registry
from host.security.authorization import Policy
from plugins.auth.models import Role, RoleParent, RolePermission, User, UserRole
from plugins.auth.permissions import ROLES_WRITE, USERS_READ
from plugins.auth.problems import refuse
from plugins.auth.services.admins import ADMIN, keeping_an_admin
from plugins.auth.services.giving import require_held
from plugins.auth.services.matrix import Effect, MatrixRow, matrix_rows
from plugins.auth.services.role_rows import declared_defaults, role_definitions
from plugins.auth.services.scopes import unknown_scopes
from plugins.auth.services.telling import Telling
from plugins.auth.values import Changed

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")
LONGEST_TITLE: Final = 200
_NAMED: Final = 5
"""Holders of a role that a refusal names."""


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """A role as lists show it.

    Args:
        title: text key or plain text.
        parents: roles whose permissions it holds too.
        holders: how many people have it.
    """

    name: str
    title: str
    builtin: bool
    parents: tuple[str, ...]
    holders: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every permission against every role."""

    roles: tuple[RoleInfo, ...]
    rows: tuple[MatrixRow, ...]


class Roles:
    """Reads and changes roles."""

    def __init__(
        self,
        database: Database,
        changes: ChangeFeed,
        registry: Registry,
        telling: Telling,
    ) -> None:
        self._database = database
        self._changes = changes
        self._registry = registry
        self._telling = telling
        self._stored = Repository(database, Role)

    def list(self) -> tuple[RoleInfo, ...]:
        """Return every role, the built-in ones first."""
        authorize(USERS_READ)
        with self._database.begin(readonly=True) as unit:
            return _infos(unit.session)

    def matrix(self) -> Matrix:
        """Return who holds which declared permission, and why."""
        authorize(USERS_READ)
        with self._database.begin(readonly=True) as unit:
            infos, definitions = _infos(unit.session), role_definitions(unit.session)
        policy = Policy(definitions, declared_defaults(self._registry))
        return Matrix(infos, matrix_rows(policy, self._registry, [info.name for info in infos]))

    def add(self, name: str, title: str, parents: Collection[str] = ()) -> Changed:
        """Add a role.

        Raises:
            InputError: the name is malformed or taken, the title is missing, or a parent doesn't exist.
        """

        def work(unit: UnitOfWork) -> None:
            if not _NAME.fullmatch(name):
                raise refuse("auth.error.role_name", "name", name=name)
            if unit.session.get(Role, name) is not None:
                raise refuse("auth.error.role_taken", "name", name=name)
            self._stored.add(Role(name=name, title=_title(title), created_at=datetime.now(UTC)))
            self._put_parents(unit.session, name, parents)

        return self._change(work, name, "added", parents=sorted(parents))

    def rename(self, name: str, title: str) -> Changed:
        """Give a role another title; its name stays, because people and settings refer to it."""

        def work(_: UnitOfWork) -> None:
            self._stored.update(self._existing(name), {"title": _title(title)})

        return self._change(work, name, "renamed")

    def remove(self, name: str) -> Changed:
        """Remove a role.

        Raises:
            InputError: it came with the plugin, or people or other roles still have it; they are named.
        """

        def work(unit: UnitOfWork) -> None:
            role = self._existing(name)
            if role.builtin:
                raise refuse("auth.error.role_builtin", name=name)
            users = _holders(unit.session, name)
            children = list(unit.session.scalars(select(RoleParent.role).where(RoleParent.parent == name)))
            if users or children:
                raise refuse("auth.error.role_in_use", name=name, by=_short([*users, *children]))
            _drop(unit.session, RolePermission, RolePermission.role == name)
            _drop(unit.session, RoleParent, RoleParent.role == name)
            self._stored.delete(role)

        return self._change(work, name, "removed")

    def set_parents(self, name: str, parents: Collection[str]) -> Changed:
        """Let a role inherit from exactly these.

        Raises:
            RoleCycleError: it would inherit from itself; the circle is named.
            InputError: a role doesn't exist, it is the administrators' role, or the last administrator would lose
                theirs.
            PermissionDeniedError: it would hold what the one who acts doesn't.
        """

        def work(unit: UnitOfWork) -> None:
            with keeping_an_admin(unit.session, datetime.now(UTC)):
                self._existing(name)
                _require_not_admin(name)
                self._put_parents(unit.session, name, parents)

        return self._change(work, name, "parents", parents=sorted(parents))

    def set_permission(self, role: str, permission: str, effect: Effect | None) -> Changed:
        """Say a word on a permission of a role, or take it back.

        Args:
            permission: a declared one, ``plugin.*`` or ``*``.
            effect: ``None`` lets the plugin's default hold again.

        Raises:
            InputError: there is no such role or permission, it is the administrators' role, or the last administrator
                would lose theirs.
            PermissionDeniedError: whoever acts doesn't hold what they would give.
        """

        def work(unit: UnitOfWork) -> None:
            with keeping_an_admin(unit.session, datetime.now(UTC)):
                self._existing(role)
                _require_not_admin(role)
                row = unit.session.get(RolePermission, (role, permission))
                if row is None and unknown_scopes([permission], self._registry.permission_names()):
                    raise refuse("auth.error.permission_unknown", "permission", permission=permission)
                _put_effect(unit.session, row, role, permission, effect)

        if effect != "deny":
            # Taking back a denial or a "none" may give what was withheld, too.
            require_held(authorize(ROLES_WRITE), (permission,))
        return self._change(work, role, "permission", permission=permission, effect=effect or "default")

    def _put_parents(self, session: Session, name: str, parents: Collection[str]) -> None:
        # Locked whole and in one order, so that two changes at once can't close a circle together.
        known = self._stored.get_many(sorted(session.scalars(select(Role.name))), lock=True)
        missing = sorted(set(parents) - known.keys())
        if missing:
            raise refuse("auth.error.no_role", "parents", name=", ".join(missing))
        held = {row.parent: row for row in session.scalars(select(RoleParent).where(RoleParent.role == name))}
        for parent in held.keys() - set(parents):
            session.delete(held[parent])
        session.add_all(RoleParent(role=name, parent=parent) for parent in sorted(set(parents) - held.keys()))
        session.flush()
        policy = Policy(role_definitions(session), declared_defaults(self._registry))
        given = policy.effective(set(parents) - held.keys()).permissions
        # Without a parent that denies, the role may hold more.
        lifted = policy.effective(held.keys() - set(parents)).denied
        require_held(authorize(ROLES_WRITE), given | lifted)

    def _change(self, work: Callable[[UnitOfWork], None], role: str, what: str, **detail: object) -> Changed:
        principal = authorize(ROLES_WRITE)

        def published(unit: UnitOfWork) -> None:
            work(unit)
            self._changes.publish(AUTH_TOPIC, "roles")

        self._database.run_tx(published)
        return self._telling.done("role.changed", "", principal.user_id, "warning", role=role, what=what, **detail)

    def _existing(self, name: str) -> Role:
        try:
            return self._stored.get(name, lock=True)
        except NotFoundError:
            raise refuse("auth.error.no_role", "role", name=name) from None


def _require_not_admin(name: str) -> None:
    # Whoever changed what administrators may do could lock everybody out of changing it back.
    if name == ADMIN:
        raise refuse("auth.error.role_admin", name=name)


def _put_effect(
    session: Session, row: RolePermission | None, role: str, permission: str, effect: Effect | None
) -> None:
    if row is None and effect is not None:
        session.add(RolePermission(role=role, permission=permission, effect=effect))
    elif row is not None and effect is not None:
        row.effect = effect
    elif row is not None:
        session.delete(row)
    session.flush()


def _title(typed: str) -> str:
    title = typed.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise refuse("auth.error.role_title", "title", longest=LONGEST_TITLE)
    return title


def _infos(session: Session) -> tuple[RoleInfo, ...]:
    held = select(UserRole.role, func.count()).group_by(UserRole.role)
    counts = dict(session.execute(held).all())
    pairs = session.execute(select(RoleParent.role, RoleParent.parent).order_by(RoleParent.parent)).all()
    rows = session.scalars(select(Role).order_by(Role.builtin.desc(), Role.created_at, Role.name))
    return tuple(
        RoleInfo(row.name, row.title, row.builtin, tuple(p for r, p in pairs if r == row.name), counts.get(row.name, 0))
        for row in rows
    )


def _holders(session: Session, role: str) -> list[str]:
    mine = select(User.login).join(UserRole, UserRole.user_id == User.id).where(UserRole.role == role)
    return list(session.scalars(mine.order_by(User.login)))


def _short(names: list[str]) -> str:
    more = f" (+{len(names) - _NAMED})" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _drop(session: Session, model: type[RolePermission | RoleParent], mine: ColumnElement[bool]) -> None:
    for row in session.scalars(select(model).where(mine)):
        session.delete(row)
    session.flush()
