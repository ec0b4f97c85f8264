"""Rules are found where they lie, and each one holds for somebody."""

from pkgutil import iter_modules

from mlops_gitops import app
from mlops_gitops.config.rules import rules_named, types
from mlops_gitops.use_cases.validate import read_schemas

SCHEMAS = read_schemas(app.package_data())


def named() -> set[str]:
    """Give the rules that schemas name."""
    found = (SCHEMAS.pipeline_type(name) for name in SCHEMAS.pipeline_types())
    return {rule for type_ in found if type_ is not None for rule in type_.rules}


def test_every_rule_about_types_is_named_by_a_schema() -> None:
    """A rule that no schema names would never be asked, and one that is named exists."""
    assert named() == {module.name for module in iter_modules(types.__path__)}


def test_a_named_rule_looks_at_drafts() -> None:
    """Whatever a schema names can be asked."""
    assert all(callable(rule.check) for rule in rules_named(tuple(sorted(named()))))
