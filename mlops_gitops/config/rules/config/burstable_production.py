"""MG169: Production runs on an instance that saves up its speed (warning).

Instances of the family `ml.t2` run at full speed only as long as they have credits; under steady
load an endpoint becomes several times slower. They cannot scale automatically either. Source:
"Configure model auto scaling with the console" in the SageMaker developer guide, and "Burstable
performance instances" in the EC2 user guide.

Wrong:
    {"inference_instance": {"dev": "ml.t2.medium", "staging": "ml.m5.large", "prod": "ml.t2.large"}}

Right:
    {"inference_instance": {"dev": "ml.t2.medium", "staging": "ml.m5.large", "prod": "ml.m5.large"}}
"""

from collections.abc import Iterator

from mlops_gitops.config.draft import Draft
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem, Severity

_FIELD = "inference_instance"
_PRODUCTION = frozenset({"prod", "production", "live"})


def check(draft: Draft) -> Iterator[Problem]:
    """Warn of burstable instances in stages that are called production, and in the last of many."""
    for path, instance in draft.texts(_FIELD):
        if not instance.startswith("ml.t2."):
            continue
        stages = [stage.name for stage in draft.settings.stages]
        production = {name for name in stages if name.lower() in _PRODUCTION}
        production |= set(stages[1:][-1:])
        stage = path[-1] if len(path) > 1 else next((n for n in stages if n in production), "")
        if stage in production:
            message = f"Stage {quoted(stage)} runs on {instance}, slow once its credits are gone."
            hint = "Take a family without credits, such as ml.m5."
            yield draft.at(Said("MG169", message, hint, Severity.WARNING), *path)
