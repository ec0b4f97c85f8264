"""Parameters of a pipeline's stack: names that its definition counts on."""

from collections.abc import Callable, Mapping

from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.desired.context import Context
from mlops_gitops.desired.stack import Resolved

_FROM = "derived: from the stack's name"


def _name(context: Context) -> Resolved:
    return Resolved(Surroundings(scope=context.scope).pipeline_name, _FROM)


def _role_name(context: Context) -> Resolved:
    return Resolved(Surroundings(scope=context.scope).role_name, _FROM)


def _folder(context: Context) -> Resolved:
    around = Surroundings(scope=context.scope)
    return Resolved(around.folder.removeprefix(f"s3://{around.scope.assets_bucket}/"), _FROM)


DERIVATIONS: Mapping[str, Callable[[Context], Resolved]] = {
    "PipelineFolder": _folder,
    "PipelineName": _name,
    "PipelineRoleName": _role_name,
}
