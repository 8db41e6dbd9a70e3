"""The command line ``app``: its root and what every command shares; each group is loaded when it is used."""

import sys


def main() -> None:
    """Run the command line of this process and exit: 0 ok, 1 failed, 2 degraded, 3 usage, 4 refused."""
    from host.cli.root import run

    sys.exit(run(sys.argv[1:]))
