"""Input that a service refuses, with every problem at once."""

from typing import Final

from host import ValidationError
from plugins.auth.values import Problem
from plugins.auth.wording import wording


class InputError(ValidationError):
    """Input that can't be accepted; nothing was written."""

    def __init__(self, *problems: Problem) -> None:
        self.problems: Final = problems
        super().__init__(self.render())

    def __reduce__(self) -> tuple[type["InputError"], tuple[Problem, ...]]:
        """Travel between processes with the problems, from which the message is made anew."""
        return type(self), self.problems

    def render(self, language: str = "en") -> str:
        """Return every problem in `language`, one line each."""
        return "\n".join(wording(language, each.key, **each.values) for each in self.problems)


def refuse(key: str, field: str = "", **values: object) -> InputError:
    """Return the error for one problem; `values` become the text's fields."""
    return InputError(Problem(key, field, {name: str(value) for name, value in values.items()}))
