"""cfn-lint for tests: of any regions, and with its rules read once."""

from typing import Any

from cfnlint.config import ConfigMixIn
from cfnlint.decode import decode_str
from cfnlint.runner import run_template_by_data

from mlops_gitops.adapters.cfn_lint import rules


def findings(text: str, *regions: str) -> list[Any]:
    """Give what cfn-lint says of a template, YAML or JSON, in any of these regions."""
    template, errors = decode_str(text)
    config = ConfigMixIn([], regions=list(regions))
    return list(errors) or list(run_template_by_data(template, config, rules()))
