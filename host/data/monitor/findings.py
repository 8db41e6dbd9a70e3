"""What the monitor found wrong with somebody's code: many statements where one would do."""

from dataclasses import dataclass
from typing import Final, Literal, final

from host.errors import HostError

THRESHOLD: Final = 5
"""Lazy loads of one relationship from one line, or equal SELECTs from one line, in one run: from here on a finding."""
FindingKind = Literal["lazy_load", "repeated_select"]


class NPlusOneError(HostError):
    """A loop asks the database once per item; raised only where `database.strict_loading` is on."""

    user_message = "This page asks the database too often. Nothing you entered was lost."


@final
@dataclass(frozen=True, slots=True)
class NPlusOne:
    """A loop that asks the database once per item.

    Args:
        kind: a relationship loaded per owner, or the same SELECT with another value each time.
        site: ``file:line`` of the author's code.
        page: path of the page that ran; empty outside of one.
        plugin: whose page it is; empty for the host.
        subject: ``Owner.relationship``, or the statement's normalised text.
        cure: what to write instead.
        count: how often it asked in one run.
    """

    kind: FindingKind
    site: str
    page: str
    plugin: str
    subject: str
    cure: str
    count: int

    @property
    def message(self) -> str:
        """What happens, where, and what to do."""
        where = f"{self.site or 'an unknown line'}" + (f" (page {self.page})" if self.page else "")
        if self.kind == "lazy_load":
            return f"{where} loads {self.subject} once per row: {self.count} statements in one run."
        return f"{where} runs the same SELECT {self.count} times in one run: {self.subject}"

    def error(self) -> NPlusOneError:
        """Return the error that strict mode raises."""
        return NPlusOneError(f"N+1: {self.message}", remedy=self.cure)


def lazy_load_cure(owner: str, relationship: str) -> str:
    """Return the sentence that names the loader option."""
    return f"Add .options(selectinload({owner}.{relationship})) to the query that loads {owner}."


REPEATED_SELECT_CURE: Final = (
    "Collect the values first and ask once: Repository.get_many(ids), or in_any(column, values) in a query of your own."
)
