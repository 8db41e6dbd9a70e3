"""What is wrong with an input: text keys with fields, rendered late in the reader's language."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from host import ValidationError
from plugins.warehouse.wording import wording


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Args:
        key: of a text that says what is wrong and how to fix it.
        field: name of the input it belongs to, empty for the whole.
        values: fields of the text.
    """

    key: str
    field: str = ""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def render(self, language: str = "en") -> str:
        """Return the text in `language`."""
        return wording(language, self.key, **self.values)


class InputError(ValidationError):
    """Input that a service refuses, with every fault at once; nothing was written."""

    def __init__(self, *faults: Fault) -> None:
        self.faults: Final = faults
        super().__init__(self.render())

    def __reduce__(self) -> tuple[type["InputError"], tuple[Fault, ...]]:
        """Travel between processes with the faults, from which the message is made anew."""
        return type(self), self.faults

    def render(self, language: str = "en") -> str:
        """Return every fault in `language`, one line each."""
        return "\n".join(fault.render(language) for fault in self.faults)

    def of(self, name: str) -> list[Fault]:
        """Return the faults of the input `name`."""
        return [fault for fault in self.faults if fault.field == name]


def refuse(key: str, field: str = "", **values: object) -> InputError:
    """Return the error for one fault; `values` become the text's fields."""
    return InputError(Fault(key, field, {name: str(value) for name, value in values.items()}))
