"""The settings of sign-in, as written under ``[plugins.auth.settings]``."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SignUpMode = Literal["off", "invite", "open"]


class AuthSettings(BaseModel):
    """What an operator may set; the idle timeout is the host's ``security.session_timeout_s``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sign_up: SignUpMode = "invite"
    """Who may make an account: nobody (`off`), people with an invitation link (`invite`), everybody (`open`)."""
    sign_up_roles: tuple[str, ...] = ("viewer",)
    """Roles of people who made their account themselves."""
    remember_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Days for which a browser stays signed in that was told to remember; without that, closing it ends the session."""
    session_hours: Annotated[int, Field(ge=1, le=24 * 31)] = 24
    """Hours after which a session that is not remembered ends, however active it was."""
    confirm_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 15
    """Minutes for which a proof of identity counts; changes of password or second factor ask for a newer one."""
    issuer: Annotated[str, Field(max_length=60, pattern="^[^:]*$")] = ""
    """Name that authenticator apps show above the codes; left empty, the app's title."""
    setup_link_minutes: Annotated[int, Field(ge=5, le=24 * 60)] = 60
    """Minutes for which the link of the first start may be used."""
    reset_link_hours: Annotated[int, Field(ge=1, le=24 * 7)] = 24
    """Hours for which a link to choose a new password may be used."""
    invite_link_days: Annotated[int, Field(ge=1, le=90)] = 7
    """Days for which an invitation may be used."""
    token_days: Annotated[int, Field(ge=1, le=3650)] = 365
    """Longest life of an API token, in days."""
    signed_token_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 60
    """Longest life of a signed token, in minutes; it stands in no table and ends by itself."""
    password_length: Annotated[int, Field(ge=8, le=128)] = 10
    """Fewest characters of a password."""

    @model_validator(mode="after")
    def _remembered_lasts_longer(self) -> "AuthSettings":
        if self.remember_days * 24 < self.session_hours:
            raise ValueError("remember_days is shorter than session_hours: raise it, or lower session_hours")
        return self
