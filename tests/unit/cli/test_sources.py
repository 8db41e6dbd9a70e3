"""Reading sources: which uses of pydantic are old, which are sound, and what names a table."""

import ast
import textwrap

import pytest

from host.cli.doctor.sources import _model_names, _old_uses, _tables


def _old(code: str) -> list[str]:
    tree = ast.parse(textwrap.dedent(code))
    return [old for _, old, _ in sorted(_old_uses(tree, _model_names(tree)))]


@pytest.mark.parametrize(
    ("code", "old"),
    [
        ("from pydantic import BaseModel\nclass A(BaseModel):\n    class Config: ...", ["class Config"]),
        ("import pydantic\nclass A(pydantic.BaseModel):\n    class Config: ...", ["class Config"]),
        ("class A(BaseModel): ...\nclass B(A):\n    class Config: ...", ["class Config"]),
        ("from pydantic import validator\n@validator('x')\ndef f(): ...", ["@validator"]),
        ("from pydantic import root_validator\n@root_validator\ndef f(): ...", ["@root_validator"]),
        ("from pydantic.v1 import BaseModel", ["pydantic.v1"]),
        ("from pydantic import parse_obj_as\nparse_obj_as(int, 1)", ["parse_obj_as(…)"]),
        ("class A(BaseModel): ...\nA.parse_obj({})", [".parse_obj()"]),
        ("class A(BaseModel): ...\nA().dict()", [".dict()"]),
        ("class A(BaseModel): ...\ndef f(a: A): return a.json()", [".json()"]),
        ("class A(BaseModel): ...\na = A()\na.copy()", [".copy()"]),
    ],
)
def test_old_uses(code: str, old: list[str]) -> None:
    assert _old(code) == old


@pytest.mark.parametrize(
    "code",
    [
        "class A:\n    class Config: ...",
        "from attrs import validator\n@validator('x')\ndef f(): ...",
        "from pydantic import field_validator\nclass A(BaseModel):\n    @field_validator('x')\n    def f(): ...",
        "class A(BaseModel): ...\nA().model_dump()",
        "response.json()",
        "values = {}\nvalues.copy()",
        "dict()",
    ],
)
def test_sound_uses(code: str) -> None:
    assert _old(code) == []


def test_tables_are_named_by_classes_and_calls() -> None:
    code = """
        class A(Base):
            __tablename__ = "shop_a"
        class B(Base):
            __tablename__: str = "shop_b"
        class C(Base):
            __tablename__ = prefix + "c"
        d = Table("shop_d", metadata)
        e = sqlalchemy.Table("shop_e", metadata)
        described = Table("not_one")
    """
    found = sorted(name for name, _ in _tables(ast.parse(textwrap.dedent(code))))
    assert found == ["shop_a", "shop_b", "shop_d", "shop_e"]
