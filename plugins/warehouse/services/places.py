"""Places where goods lie."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from host import Database, authorize
from plugins.warehouse.faults import refuse
from plugins.warehouse.models import Place

LONGEST_CODE = 40


class Places:
    """The places of the house; one is made by booking goods onto it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def codes(self) -> list[str]:
        """Return the codes of all places, sorted."""
        authorize("warehouse.read")
        with self._database.begin(readonly=True) as unit:
            return list(unit.session.scalars(select(Place.code).order_by(Place.code)))


def known_place(session: Session, code: str, field: str = "place") -> Place:
    """Return the place `code`; `InputError` if there is none."""
    wanted = tidy(code, field)
    found = session.scalar(select(Place).where(Place.code == wanted))
    if found is None:
        raise refuse("warehouse.error.no_place", field, place=wanted)
    return found


def place_for(session: Session, code: str, field: str = "place") -> Place:
    """Return the place `code`, made where it is new; two that make it at once get the same."""
    wanted = tidy(code, field)
    found = session.scalar(select(Place).where(Place.code == wanted))
    if found is not None:
        return found
    try:
        with session.begin_nested():
            made = Place(code=wanted)
            session.add(made)
            session.flush()
        return made
    except IntegrityError:
        return session.scalars(select(Place).where(Place.code == wanted)).one()


def tidy(code: str, field: str = "place") -> str:
    """Return the code as it is stored: upper case, no blanks around; `InputError` if it can't be one."""
    wanted = " ".join(code.split()).upper()
    if not wanted:
        raise refuse("warehouse.error.place_missing", field)
    if len(wanted) > LONGEST_CODE or not wanted.isprintable():
        raise refuse("warehouse.error.place", field, longest=LONGEST_CODE)
    return wanted
