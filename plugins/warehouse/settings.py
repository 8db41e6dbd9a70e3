"""The warehouse's settings, as written under ``[plugins.warehouse.settings]``."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class WarehouseSettings(BaseModel):
    """What an operator may set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    """ISO 4217 code shown beside amounts of money."""
    expiry_warning_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """Days before its best-before date from which a lot is shown as expiring."""
    default_place: Annotated[str, Field(min_length=1, max_length=40)] = "HL-01"
    """Code of the place that goods go to when none is named."""
    page_rows: Annotated[int, Field(ge=5, le=500)] = 25
    """Rows a list shows at once."""
    import_batch_rows: Annotated[int, Field(ge=10, le=10_000)] = 1_000
    """Rows of a file that one import step takes, in one transaction."""
    keep_import_errors_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Days after which the refused rows of an import are forgotten by `app clean`."""
    keep_contacts_years: Annotated[int, Field(ge=1, le=30)] = 3
    """Years after the last purchase after which `app clean` empties a former supplier's contact."""
    import_max_mb: Annotated[int, Field(ge=1, le=2_000)] = 200
    """Largest file that an import takes, in megabytes."""
