"""API tokens: a program acts as a person with them, with less than the person may do, until they end."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from host import AppConfig, Database, NotFoundError, PermissionDeniedError, Repository, Sort, UnitOfWork, authorize
from host.contracts.principal import EVERY_PERMISSION, Principal
from host.kernel.registry import Registry
from host.security.events import SecurityEvent, SecurityEvents
from plugins.auth.models import ApiToken, User
from plugins.auth.permissions import SESSIONS_WRITE, TOKENS, USERS_READ
from plugins.auth.problems import refuse
from plugins.auth.services.own import BY_TOKEN, require_self, require_self_or
from plugins.auth.services.scopes import TokenUse, unknown_scopes
from plugins.auth.services.signed import PREFIX as SIGNED_PREFIX
from plugins.auth.services.signed import Signer
from plugins.auth.settings import AuthSettings

PREFIX: Final = "hf_"
LONGEST_TITLE: Final = 100


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """An API token as its owner sees it later; what it is made of can't be read again."""

    id: str
    user_id: str
    title: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A fresh API token; `plain` is shown once and stands nowhere."""

    info: TokenInfo
    plain: str = field(repr=False)


class Tokens:
    """Makes, lists, revokes and recognises tokens."""

    def __init__(
        self,
        database: Database,
        settings: AuthSettings,
        config: AppConfig,
        registry: Registry,
        security_events: SecurityEvents,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._settings = settings
        self._registry = registry
        self._events = security_events
        self._clock = clock
        self._signer = Signer(config.security.secret_key.get_secret_value(), settings.signed_token_minutes * 60)
        self._stored = Repository(database, ApiToken)

    def make(self, user_id: str, title: str, scopes: Collection[str], days: int | None = None) -> MadeToken:
        """Return a new token of one's own; for somebody else only whoever may do everything makes one.

        Args:
            scopes: permissions, ``plugin.*`` or ``*``; at each use no more counts than the owner holds then.
            days: until it ends; by default as long as the settings allow.

        Raises:
            InputError: the title is missing or too long, a scope isn't known or held, or it would last too long.
        """
        principal = _owner_or_everything(user_id)
        lasts = self._settings.token_days if days is None else days
        self._require_usable(principal, user_id, title.strip(), scopes, lasts)
        plain, moment = PREFIX + secrets.token_urlsafe(32), self._clock()
        row = ApiToken(
            id=uuid4().hex,
            token_hash=_hash(plain),
            user_id=user_id,
            title=title.strip(),
            scopes=sorted(set(scopes)),
            created_at=moment,
            expires_at=moment + timedelta(days=lasts),
        )

        def work(unit: UnitOfWork) -> TokenInfo:
            if unit.session.get(User, user_id) is None:
                raise refuse("auth.error.no_user")
            return _info(self._stored.add(row))

        made = MadeToken(self._database.run_tx(work), plain)
        self._note("token.created", user_id, id=made.info.id, scopes=list(made.info.scopes))
        return made

    def sign(self, user_id: str, scopes: Collection[str], minutes: int) -> str:
        """Return a signed token that ends after `minutes` minutes; it can't be revoked but by disabling its owner.

        Raises:
            InputError: a scope isn't known or held, or it would last too long.
        """
        principal = _owner_or_everything(user_id)
        longest = self._settings.signed_token_minutes
        if not 1 <= minutes <= longest:
            raise refuse("auth.error.minutes", "minutes", longest=longest)
        self._require_scopes(principal, user_id, scopes)
        self._note("token.created", user_id, signed=True, minutes=minutes, scopes=sorted(scopes))
        return self._signer.sign(user_id, frozenset(scopes), minutes * 60)

    def of(self, user_id: str) -> list[TokenInfo]:
        """Return a person's tokens, newest first, also those that ended."""
        require_self_or(user_id, USERS_READ)
        newest_first = Sort("created_at", descending=True)
        return [_info(row) for row in self._stored.find(ApiToken.user_id == user_id, order=[newest_first])]

    def revoke(self, token_id: str) -> None:
        """End a token; ending it twice is no error.

        Raises:
            InputError: there is no such token.
        """

        def work(_: UnitOfWork) -> ApiToken | None:
            row = self._locked(token_id)
            require_self_or(row.user_id, SESSIONS_WRITE)
            return self._stored.update(row, {"revoked_at": self._clock()}) if row.revoked_at is None else None

        ended = self._database.run_tx(work)
        if ended is not None:
            self._note("token.revoked", ended.user_id, id=token_id)

    def resolve(self, bearer: str, client: str | None = None) -> TokenUse | None:
        """Return whose token this is and what for (open), or ``None`` for one that doesn't count.

        Whoever asks narrows the owner's principal by it, if the owner is still active.
        """
        if bearer.startswith(SIGNED_PREFIX):
            return self._resolve_signed(bearer, client or "")
        return self._resolve_stored(bearer, client or "") if bearer.startswith(PREFIX) else None

    def _resolve_stored(self, bearer: str, client: str) -> TokenUse | None:
        row = next(iter(self._stored.find(ApiToken.token_hash == _hash(bearer), limit=1)), None)
        reason = self._ended(row)
        if row is None or reason:
            self._misused(row, client, reason)
            return None
        return TokenUse(row.user_id, frozenset(row.scopes), f"{BY_TOKEN}{row.id}")

    def _resolve_signed(self, bearer: str, client: str) -> TokenUse | None:
        read = self._signer.read(bearer)
        if isinstance(read, str):
            self._misused(None, client, read)
            return None
        user_id, scopes = read
        return TokenUse(user_id, scopes, f"{BY_TOKEN}{_hash(bearer).hex()[:32]}")

    def _ended(self, row: ApiToken | None) -> str:
        if row is None:
            return "unknown"
        if row.revoked_at is not None:
            return "revoked"
        return "expired" if row.expires_at <= self._clock() else ""

    def _misused(self, row: ApiToken | None, client: str, reason: str) -> None:
        detail = {"reason": reason, **({"id": row.id} if row else {})}
        owner = row.user_id if row else ""
        self._events.note(SecurityEvent("token.misused", "warning", owner, client, detail=detail))

    def _require_usable(
        self, principal: Principal, user_id: str, title: str, scopes: Collection[str], days: int
    ) -> None:
        if not title or len(title) > LONGEST_TITLE:
            raise refuse("auth.error.token_title", "title", longest=LONGEST_TITLE)
        if not 1 <= days <= self._settings.token_days:
            raise refuse("auth.error.token_days", "days", longest=self._settings.token_days)
        self._require_scopes(principal, user_id, scopes)

    def _require_scopes(self, principal: Principal, user_id: str, scopes: Collection[str]) -> None:
        names = self._registry.permission_names()
        unknown = unknown_scopes(scopes, names)
        if not scopes or unknown:
            raise refuse("auth.error.scope_unknown", "scopes", scopes=", ".join(unknown) or "–")
        lacking = [scope for scope in scopes if scope in names and not principal.may(scope)]
        if user_id == principal.user_id and lacking:
            raise refuse("auth.error.scope_not_held", "scopes", scopes=", ".join(sorted(lacking)))

    def _locked(self, token_id: str) -> ApiToken:
        try:
            return self._stored.get(token_id, lock=True)
        except NotFoundError:
            raise refuse("auth.error.no_token") from None

    def _note(self, kind: str, user_id: str, **detail: object) -> None:
        self._events.note(SecurityEvent(kind, "info", user_id, detail=detail))


def _owner_or_everything(user_id: str) -> Principal:
    principal = authorize(TOKENS)
    if principal.user_id == user_id:
        return require_self(user_id)
    if not principal.may(EVERY_PERMISSION) or principal.session.startswith(BY_TOKEN):
        raise PermissionDeniedError(f"{principal.user_id} makes a token of {user_id}")
    return principal


def _hash(plain: str) -> bytes:
    return hashlib.sha256(plain.encode("utf-8", "replace")).digest()


def _info(row: ApiToken) -> TokenInfo:
    scopes = tuple(map(str, row.scopes))
    return TokenInfo(row.id, row.user_id, row.title, scopes, row.created_at, row.expires_at, row.revoked_at)
