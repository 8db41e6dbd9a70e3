"""A process that writes pairs of rows for ever, and says each one that it was told is kept; made to be killed."""

import sys
from itertools import count

from host.data import UnitOfWork
from tests.integration.data.campaigns.accounts import Account, audited, from_argument


def main(argument: str) -> None:
    """Write pairs until killed."""
    config, folder, told = from_argument(argument)
    database = audited(config, folder, told["name"])
    for number in count():
        name = f"{told['name']}-{number}"

        def write(unit: UnitOfWork, name: str = name) -> None:
            unit.session.add(Account(owner=name))
            unit.session.flush()
            unit.session.add(Account(owner=name, amount=1))

        database.run_tx(write)
        sys.stdout.write(name + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
