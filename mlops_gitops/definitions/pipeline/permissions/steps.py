"""What each type of step asks of SageMaker: the jobs and things that Pipelines makes for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.pipeline.permissions.statement import (
    Statement,
    allow,
    arn,
    member,
    named,
    sagemaker,
    text_of,
)
from mlops_gitops.definitions.pipeline.surroundings import Surroundings

Step = Mapping[str, Json]

_PREFIX = "pipelines-*"
"""How Pipelines names jobs and models: `pipelines-<execution>-<step>-<suffix>`."""
_ROLE_KEYS = ("RoleArn", "ExecutionRoleArn")


def of_steps(steps: Iterable[Step], experiment: Json, around: Surroundings) -> Iterator[Statement]:
    """Give the statements about SageMaker.

    Args:
        steps: all of them, nested ones too.
        experiment: `PipelineExperimentConfig`; None where nothing is tracked.
        around: whose role it is.
    """
    listed = list(steps)
    for step in listed:
        find = _BY_TYPE.get(str(step.get("Type")))
        if find is not None:
            yield from find(step)
    yield _pass_role(listed, around)
    if isinstance(experiment, dict):
        yield from _experiment(experiment, around)


def _pass_role(steps: Iterable[Step], around: Surroundings) -> Statement:
    """Jobs run as the role of their step, which Pipelines passes to SageMaker and nobody else."""
    jobs = [step for step in steps if step.get("Type") not in {"EMR", "EMRServerless"}]
    others = {text_of(member(step, key)) for step in jobs for key in _ROLE_KEYS} - {""}
    own = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/mlops-gitops/" + around.role_name
    roles = {role for role in others if role != around.role_arn} | {own}
    to: Json = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    return allow("PassJobRole", "iam:PassRole", *roles, condition=to)


def _experiment(experiment: Mapping[str, Json], around: Surroundings) -> Iterator[Statement]:
    """Pipelines makes experiment, trial and a component for each step where they are not there."""
    name = experiment.get("ExperimentName")
    own = name == {"Get": "Execution.PipelineName"}
    yield allow(
        "TrackExecutions",
        "sagemaker:AddTags AssociateTrialComponent CreateExperiment CreateTrial"
        " CreateTrialComponent DescribeExperiment DescribeTrial DescribeTrialComponent"
        " UpdateTrialComponent",
        *sagemaker(
            f"experiment/{around.pipeline_name if own else named(name)}",
            "experiment-trial/*",
            "experiment-trial-component/*",
        ),
    )


def _job(sid: str, kind: str, place: str, more: str = "") -> Callable[[Step], Iterator[Statement]]:
    def find(step: Step) -> Iterator[Statement]:
        # The SDK's own prefix of a job's name, if it was asked for one, stands in the request.
        given = text_of(member(step, f"{kind}Name"))
        name = f"{given}*" if given and named(given) != "*" else _PREFIX
        actions = f"sagemaker:AddTags Create{kind} Describe{kind} ListTags Stop{kind}{more}"
        yield allow(sid, actions, *sagemaker(f"{place}/{name}"))

    return find


def _tuning(_: Step) -> Iterator[Statement]:
    # Names of tuning jobs have 32 characters; they begin with the execution's id.
    yield allow(
        "RunTuningJobs",
        "sagemaker:AddTags CreateHyperParameterTuningJob DescribeHyperParameterTuningJob"
        " ListTags ListTrainingJobsForHyperParameterTuningJob StopHyperParameterTuningJob",
        *sagemaker("hyper-parameter-tuning-job/*"),
    )
    yield allow("ReadTunedModels", "sagemaker:DescribeTrainingJob", *sagemaker("training-job/*"))


def _auto_ml(_: Step) -> Iterator[Statement]:
    # Names of AutoML jobs have 32 characters; they begin with the execution's id.
    yield allow(
        "RunAutoMLJobs",
        "sagemaker:AddTags CreateAutoMLJob CreateAutoMLJobV2 DescribeAutoMLJob"
        " DescribeAutoMLJobV2 ListTags StopAutoMLJob",
        *sagemaker("automl-job/*"),
    )
    yield allow("FindCandidates", "sagemaker:ListCandidatesForAutoMLJob", "*")


def _check(step: Step) -> Iterator[Statement]:
    """A check is a processing job; the baseline may be the group's latest approved one."""
    yield from _job("RunProcessingJobs", "ProcessingJob", "processing-job")(step)
    group = step.get("ModelPackageGroupName")
    if group is not None:
        # IAM knows the listing by the package's ARN.
        packages = sagemaker(f"model-package/{named(group)}/*")
        yield allow("FindBaselines", "sagemaker:DescribeModelPackage ListModelPackages", *packages)
    if step.get("ModelName") is not None or "MODEL" in str(step.get("CheckType")):
        yield from _shadow_endpoint(step)


def _shadow_endpoint(step: Step) -> Iterator[Statement]:
    """Clarify asks the model through an endpoint that it makes, and names itself."""
    if step.get("Type") != "ClarifyCheck":
        return
    yield allow(
        "AskModelThroughShadowEndpoint",
        "sagemaker:CreateEndpoint CreateEndpointConfig DeleteEndpoint DeleteEndpointConfig"
        " DescribeEndpoint DescribeEndpointConfig InvokeEndpoint",
        *sagemaker("endpoint/sm-clarify-*", "endpoint-config/sm-clarify-*"),
    )
    model = named(step.get("ModelName"))
    yield allow(
        "FindModel",
        "sagemaker:DescribeModel",
        *sagemaker(f"model/{_PREFIX if model == '*' else model}"),
    )


def _model(_: Step) -> Iterator[Statement]:
    yield allow(
        "CreateModels",
        "sagemaker:AddTags CreateModel DescribeModel ListTags",
        *sagemaker(f"model/{_PREFIX}"),
    )


def _register(step: Step) -> Iterator[Statement]:
    group = named(member(step, "ModelPackageGroupName"))
    yield allow(
        "RegisterModels",
        "sagemaker:AddTags CreateModelPackage CreateModelPackageGroup DescribeModelPackage"
        " DescribeModelPackageGroup ListTags",
        *sagemaker(f"model-package/{group}/*", f"model-package-group/{group}"),
    )


def _endpoint_config(step: Step) -> Iterator[Statement]:
    # SageMaker puts a suffix of its own behind the name.
    name = named(member(step, "EndpointConfigName")).rstrip("*")
    yield allow(
        "ConfigureEndpoints",
        "sagemaker:AddTags CreateEndpointConfig DescribeEndpointConfig ListTags",
        *sagemaker(f"endpoint-config/{name}*"),
    )
    yield allow("FindModels", "sagemaker:DescribeModel", *sagemaker("model/*"))


def _endpoint(step: Step) -> Iterator[Statement]:
    # Which configuration it is, a reference says: its name has a suffix.
    yield allow(
        "DeployEndpoints",
        "sagemaker:AddTags CreateEndpoint DescribeEndpoint ListTags UpdateEndpoint",
        *sagemaker(f"endpoint/{named(member(step, 'EndpointName'))}", "endpoint-config/*"),
    )


def _component(step: Step) -> Iterator[Statement]:
    yield allow(
        "DeployInferenceComponents",
        "sagemaker:AddTags CreateInferenceComponent DescribeInferenceComponent ListTags"
        " UpdateInferenceComponent",
        *sagemaker(
            f"endpoint/{named(member(step, 'EndpointName'))}",
            f"inference-component/{named(member(step, 'InferenceComponentName'))}",
        ),
    )


def _lineage(_: Step) -> Iterator[Statement]:
    # An artifact's ARN is a hash, and what is associated may be anything that the pipeline made.
    yield allow(
        "TellLineage",
        "sagemaker:AddAssociation AddTags CreateAction CreateArtifact CreateContext DescribeAction"
        " DescribeArtifact DescribeContext",
        *sagemaker("action/*", "artifact/*", "context/*"),
    )


def _cleanup(_: Step) -> Iterator[Statement]:
    yield allow(
        "CleanUp",
        "sagemaker:DeleteEndpoint DeleteEndpointConfig DeleteModel DescribeEndpoint"
        " DescribeEndpointConfig",
        arn("sagemaker", "endpoint/*"),
        arn("sagemaker", "endpoint-config/*"),
        *sagemaker(f"model/{_PREFIX}"),
    )


_BY_TYPE: Mapping[str, Callable[[Step], Iterator[Statement]]] = {
    "AutoML": _auto_ml,
    "ClarifyCheck": _check,
    "Cleanup": _cleanup,
    "Endpoint": _endpoint,
    "EndpointConfig": _endpoint_config,
    "InferenceComponent": _component,
    "Lineage": _lineage,
    "Model": _model,
    "Processing": _job("RunProcessingJobs", "ProcessingJob", "processing-job"),
    "QualityCheck": _check,
    "RegisterModel": _register,
    "Training": _job("RunTrainingJobs", "TrainingJob", "training-job"),
    "Transform": _job("RunTransformJobs", "TransformJob", "transform-job"),
    "Tuning": _tuning,
}
