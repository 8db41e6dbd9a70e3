"""One process of the campaign of writers: adds, counts up and deletes through the repository, and says what it did."""

import json
import random
import sys
from collections import Counter

from host.data import Database
from host.data.repository import Repository, StaleVersionError
from tests.integration.data.campaigns.accounts import Account, audited, from_argument, sealer


class Writer:
    """Does one write at a time and remembers what it should have led to."""

    def __init__(self, database: Database, name: str, shared: list[int]) -> None:
        self.database = database
        self.accounts: Repository[Account] = Repository(database, Account)
        self.name = name
        self.shared = shared
        self.chance = random.Random(name)
        self.counted: Counter[int] = Counter()
        self.mine: list[int] = []
        self.stale = 0

    def write(self) -> None:
        """One transaction."""
        kinds = (self.add, self.edit, self.edit_locked, self.delete)
        self.chance.choices(kinds, weights=(4, 3, 2, 1))[0]()

    def add(self) -> None:
        """A row of its own."""
        self.mine.append(self.accounts.add(Account(owner=self.name)).id)

    def delete(self) -> None:
        """A row of its own, or a new one where it has none left."""
        if not self.mine:
            return self.add()
        return self.accounts.delete(self.mine.pop(self.chance.randrange(len(self.mine))))

    def edit(self) -> None:
        """Count up what everybody counts up: read, change, store; whoever was slower reads again."""
        key = self.chance.choice(self.shared)
        while True:
            account = self.accounts.get(key)
            account.amount += 1
            try:
                self.accounts.update(account)
            except StaleVersionError:
                self.stale += 1
            else:
                self.counted[key] += 1
                return

    def edit_locked(self) -> None:
        """Count it up in one transaction that lets nobody in between."""
        key = self.chance.choice(self.shared)

        def count() -> None:
            account = self.accounts.get(key, lock=True)
            self.accounts.update(account, {"amount": account.amount + 1})

        self.database.run_tx(lambda _: count())
        self.counted[key] += 1


def main(argument: str) -> None:
    """Write as often as told; print what was done as JSON."""
    config, folder, told = from_argument(argument)
    database = audited(config, folder, told["name"])
    writer = Writer(database, told["name"], told["shared"])
    sealing = sealer(database, folder)
    sealing.start()
    for _ in range(told["writes"]):
        writer.write()
    sealing.stop()
    database.dispose()
    sys.stdout.write(json.dumps({"counted": writer.counted, "mine": writer.mine, "stale": writer.stale}))


if __name__ == "__main__":
    main(sys.argv[1])
