"""The two private parts of Streamlit that unchanged scripts need; each has a contract test."""

import ast
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner.magic import add_magic


def parse(source: str, file: str) -> ast.Module:
    """Parse a script; bare expressions become output, as in Streamlit without the host."""
    tree: ast.Module = add_magic(source, file)
    return tree


@contextmanager
def own_widgets(file: Path) -> Iterator[None]:
    """Keep the identities of a script's widgets apart from every other script's, as Streamlit's own pages do."""
    context = get_script_run_ctx()
    if context is None:
        yield
        return
    with context.run_with_active_hash(hashlib.md5(str(file).encode(), usedforsecurity=False).hexdigest()):
        yield
