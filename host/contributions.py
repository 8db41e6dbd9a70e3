"""The frozen values that plugins return from hooks; data only, nothing is looked up or built here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, Literal, Protocol, runtime_checkable

from host.contracts.principal import Principal
from host.contracts.seeding import SeedProgress, SeedSize

Severity = Literal["info", "warning", "error"]
HealthStatus = Literal["ok", "degraded", "failed"]
Role = Literal["web", "worker", "child", "command"]
LONG_RUNNING: Final[frozenset[Role]] = frozenset({"web", "worker"})


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """What a plugin's entry point names.

    Args:
        settings: a pydantic model (``extra="forbid"``) validated from ``[plugins.<id>.settings]``.
        services: a ``dependency_injector`` container class; its ``Dependency`` slots are filled by name.
        hooks: an object or class whose `@hookimpl` methods contribute.
        lifespan_roles: process roles in which the `lifespan` hook runs.
    """

    settings: type[Any] | None = None
    services: type[Any] | None = None
    hooks: Any = None
    lifespan_roles: frozenset[Role] = LONG_RUNNING


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the app.

    Args:
        path: unique, lower-case, ``/``-separated; the first part should be the plugin's id.
        title: text key or plain text, shown in the menu and as heading.
        render: a function, or a class with ``render()`` (and optionally ``on_event(event)``); parameters are
            matched by name with the plugin's services; ``params`` is the typed query (a pydantic model or
            dataclass, taken from the annotation); ``principal`` is who looks.
        permission: needed to see and run it; `SIGNED_IN` for everybody who may enter the app. ``None`` means the
            same, but says nothing about intent, so first-party pages don't use it.
        icon: a Material symbol as Streamlit writes it, ``":material/home:"``.
        section: text key or plain text of the menu section; empty for the top.
        order: position within the section, small first.
        menu: whether the menu lists it.
        summary: text key or plain text: one sentence on what the page is for, shown where pages are offered.
        fragment: whether a change inside the page reruns the page only; ``False`` runs it with the whole app,
            for content that was written for a run of its own.
        account: whether the account menu in the bar lists it (since host API 1.2).
    """

    path: str
    title: str
    render: Callable[..., Any]
    permission: str | None = None
    icon: str = ":material/article:"
    section: str = ""
    order: int = 100
    menu: bool = True
    summary: str = ""
    fragment: bool = True
    account: bool = False


@dataclass(frozen=True, slots=True)
class PageEvent:
    """Told to a page class's ``on_event``: the reader came, left, or changed the page's parameters."""

    kind: Literal["entered", "left", "params"]
    page: str
    params: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Permission:
    """A permission that a plugin declares; name it ``<plugin>.<action>``.

    Args:
        title: text key or plain text, shown in the matrix of roles.
        roles: roles that hold it unless an operator decides otherwise: ``"viewer"``, ``"editor"``, ``"operator"``
            (since host API 1.2). ``"admin"`` holds every one.
    """

    name: str
    title: str
    roles: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, kw_only=True)
class ResourceRule:
    """Narrows a permission to some resources, decided at each use (since host API 1.2).

    Args:
        permission: the permission that it narrows, of the same plugin.
        judge: ``(principal, resource) -> bool``; an exception, or no answer within a second, means no. It runs in a
            thread of its own, in the caller's context, so it reads what the resource already holds.
        title: text key or plain text: what it asks for, shown by ``app authz explain``.
        find: returns the resource that an operator names on the command line, ``None`` for no such one.
    """

    permission: str
    judge: Callable[[Principal, Any], bool]
    title: str
    find: Callable[[str], Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a plugin's own check has to say.

    Args:
        code: stable, ``<plugin>.<what>``.
        severity: an ``error`` takes the plugin out of the start, with `message` as the reason.
        message: what is wrong and where.
        remedy: how to fix it.
    """

    code: str
    severity: Severity
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """The answer of a health check."""

    status: HealthStatus
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """A named check, run in its own thread.

    Args:
        name: unique within the plugin.
        check: returns a `Health`, or nothing for ok; an exception means failed.
        timeout_s: seconds after which the check counts as failed, at most 10.
        depends_on: names of checks whose failure explains this one's (``"database"``, ``"<plugin>.<name>"``).
    """

    name: str
    check: Callable[[], Health | None]
    timeout_s: float = 2.0
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Route:
    """An HTTP route, served below ``/x/<plugin id>`` behind the gate.

    Args:
        path: begins with ``/``; Starlette's path syntax.
        endpoint: a Starlette endpoint ``(request) -> Response``, sync or async.
        permission: what the caller needs; closed by default: ``""`` admits nobody.
        public: whether it answers people who aren't signed in, too (since host API 1.2): `permission` is then
            `SIGNED_IN` by convention and not asked for; ``request.scope["host.principal"]`` is ``None`` for nobody.
        offered: where the shell draws a button that posts to it (since host API 1.2): ``account``, in the account
            menu; ``viewing``, in the banner while somebody looks at the app as somebody else.
        title: text key or plain text of that button.
    """

    path: str
    endpoint: Callable[..., Any]
    permission: str
    methods: tuple[str, ...] = ("GET",)
    public: bool = False
    offered: Literal["", "account", "viewing"] = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class SignInMethod:
    """A way to sign in that the sign-in page offers (since host API 1.2).

    Args:
        name: unique, lower-case; kept in the session and the audit.
        title: text key or plain text of its button.
        start: path of a public route below ``/x/<plugin id>`` that begins it.
    """

    name: str
    title: str
    start: str
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Command:
    """A sub-command ``app <group> <name>``; `group` must stand in the manifest's ``commands``.

    Parameters of `run` that name a service of the plugin are bound; the rest are Typer's options and arguments.

    Args:
        permission: what ``app --as USER`` needs to run it (since host API 1.2); closed by default: with ``None`` it
            runs only as the person who owns this machine's installation.
    """

    group: str
    name: str
    run: Callable[..., Any]
    permission: str | None = None


FlagValue = bool | int | float | str


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A typed feature flag that operators set at run time (since host API 1.2).

    Args:
        name: ``<plugin>.<flag>``.
        title: text key or plain text: what is different where it is on.
        default: value without any override; its type is the flag's type.
        owner: who decides about it and answers for its end.
        expires: day from which health reminds the owner to remove the flag; ``None`` for one that stays.
        choices: allowed values; empty for every one of the type.
    """

    name: str
    title: str
    default: FlagValue
    owner: str
    expires: date | None = None
    choices: tuple[FlagValue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """UI texts of one language: key → text with ``str.format`` fields; keys begin with the plugin's id."""

    language: str
    texts: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Models(Protocol):
    """What `sqlalchemy.MetaData` is to a declaration, which shall not need SQLAlchemy."""

    @property
    def tables(self) -> Mapping[str, Any]:
        """Every table by its name."""


@dataclass(frozen=True, kw_only=True)
class Migrations:
    """A plugin's tables: how they came to be, and what they are.

    Args:
        folder: alembic revision files, beside the plugin's code.
        metadata: the models' ``sqlalchemy.MetaData``. With it the host finds drift between models and database,
            undeclared personal data, columns to encrypt anew, and which tables the audit leaves out.
    """

    folder: Path
    metadata: Models | None = None


@dataclass(frozen=True, kw_only=True)
class RetentionPolicy:
    """How long rows of a table are kept; ``app clean`` does it.

    Args:
        name: unique within the plugin.
        table: a mapped class or a SQLAlchemy `Table` of the plugin.
        age: name of the column with the moment that counts; rows without one are kept.
        keep: how long after that moment.
        action: ``delete`` the row, or ``anonymise`` its personal columns.
        values: for ``anonymise``: column name → what stands there afterwards; ``None`` where the column may be empty.
        condition: a SQLAlchemy condition on the table, for rows that may go at all; all without one.
    """

    name: str
    table: Any
    age: str
    keep: timedelta
    action: Literal["delete", "anonymise"] = "delete"
    values: Mapping[str, Any] = field(default_factory=dict)
    condition: Any = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What a guard judges: who wants to open which page with which raw parameters."""

    page: Page
    params: Mapping[str, str]
    principal: Principal


@dataclass(frozen=True, slots=True)
class Verdict:
    """A guard's answer.

    Args:
        allowed: whether the page may run.
        reason: text key or plain text shown when it may not.
        redirect: path of a page to show instead.
    """

    allowed: bool
    reason: str = ""
    redirect: str | None = None


@dataclass(frozen=True, kw_only=True)
class Guard:
    """Judges every visit before a page runs; an exception means no."""

    name: str
    judge: Callable[[Visit], Verdict]


@dataclass(frozen=True, kw_only=True)
class Seed:
    """Example data for ``app db seed``.

    Args:
        run: safe to call twice; yields lines, and `SeedProgress` where it takes long. It takes nothing, or the size.
        sized: whether `run` takes a `SeedSize` (since host API 1.1).
    """

    name: str
    title: str
    run: Callable[..., Iterator[str | SeedProgress]]
    sized: bool = False

    def start(self, size: SeedSize) -> Iterator[str | SeedProgress]:
        """Begin to write the data in `size`; a seed that comes in one size only writes that."""
        return self.run(size) if self.sized else self.run()
