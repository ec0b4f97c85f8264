"""What the good examples are rendered to, with the parameters that they get, has no findings."""

import pytest
from blueprints.test_rendered import ONE_OF_EACH
from builders import BLUEPRINTS, DATA

from mlops_gitops.adapters.cfn_lint import CfnLint
from mlops_gitops.config.declared import Config
from mlops_gitops.config.settings import Settings
from mlops_gitops.use_cases.lint_rendered import lint_rendered
from mlops_gitops.use_cases.validate import Validated


@pytest.mark.slow
@pytest.mark.parametrize(("of", "config"), ONE_OF_EACH)
def test_lint_says_nothing_of_what_is_right(of: Settings, config: Config) -> None:
    """`validate --lint` has nothing to say of any pipeline type, in any of its stages."""
    read = Validated(settings=of, configs=(config,))

    assert lint_rendered(read, DATA, BLUEPRINTS, CfnLint(of.region)) == ()
