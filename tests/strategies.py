"""Hypothesis strategies and examples: desired stacks, deployed stacks, plans."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from mlops_gitops.config.declared import Workload
from mlops_gitops.desired.digest import stage_digest
from mlops_gitops.desired.names import INSTALLATION_TAG, STAGE_TAG, WORKLOAD_TAG
from mlops_gitops.desired.stack import DIGEST, DesiredStack, Resolved, StackId, Template
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.plan import (
    AccessChange,
    Action,
    Method,
    Orphan,
    Plan,
    Refusal,
    ResourceChange,
    Risk,
    RiskKind,
    StackChange,
    ValueChange,
    Verdict,
)

STAGES = ("dev", "staging", "prod")
ACCOUNTS = {"dev": "222222222222", "staging": "333333333333", "prod": "444444444444"}
INSTALLATION = "mlops-pipeline"
PARAMETERS = ("Artifact", "Instance", "Key")

HEALTHY = (
    StackStatus.CREATE_COMPLETE,
    StackStatus.UPDATE_COMPLETE,
    StackStatus.UPDATE_ROLLBACK_COMPLETE,
    StackStatus.IMPORT_COMPLETE,
    StackStatus.IMPORT_ROLLBACK_COMPLETE,
)


def desired_stack(
    template: Template,
    parameters: Mapping[str, str],
    *,
    workload: str = "churn",
    stage: str = "dev",
) -> DesiredStack:
    """Make a desired stack with its right digest."""
    tags = {
        INSTALLATION_TAG: INSTALLATION,
        WORKLOAD_TAG: f"{workload}/byom_realtime_builtin",
        STAGE_TAG: stage,
    }
    digest = stage_digest(template, parameters, tags)
    values = {**parameters, DIGEST: digest}
    return DesiredStack(
        id=StackId(ACCOUNTS[stage], "us-east-1", f"{INSTALLATION}-{workload}-realtime-{stage}"),
        workload=Workload(workload, "byom_realtime_builtin"),
        stage=stage,
        template=template,
        parameters={name: Resolved(value, "a test") for name, value in values.items()},
        tags=tags,
        capabilities=(),
        digest=digest,
        blueprint_version=1,
    )


def as_deployed(
    desired: DesiredStack, status: StackStatus = StackStatus.CREATE_COMPLETE
) -> DeployedStack:
    """Give the stack that a deployment of a desired stack leaves behind."""
    return DeployedStack(
        id=desired.id,
        status=status,
        status_reason="",
        parameters=desired.parameter_values(),
        outputs={DIGEST: desired.digest, "BlueprintVersion": str(desired.blueprint_version)},
        tags=desired.tags,
        updated_at=None,
    )


names = st.sampled_from(("a", "b", "Name", "Sid", "InstanceType"))
scalars = st.one_of(
    st.text(max_size=5),
    st.integers(-3, 3),
    st.booleans(),
    st.sampled_from(("1", "true", '{"a": 1}', '{ "a":1 }', "ml.m5.large")),
)
references = st.one_of(
    st.sampled_from(PARAMETERS).map(lambda name: {"Ref": name}),
    st.sampled_from(("One", "Two")).map(lambda name: {"Fn::GetAtt": [name, "Arn"]}),
    st.sampled_from(("${Artifact}/x", "${One.Arn}-${Key}", "${!literal}")).map(
        lambda text: {"Fn::Sub": text}
    ),
    st.tuples(scalars, scalars).map(lambda pair: {"Fn::If": ["HasKey", *pair]}),
)
values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(scalars, references),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=6,
)

parameters = st.fixed_dictionaries(
    {name: st.sampled_from(("", "x", "y", "ml.m5.large")) for name in PARAMETERS}
)


@st.composite
def templates(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a small template with parameters, a condition and up to three resources."""
    types = ("AWS::SageMaker::Model", "AWS::SageMaker::Endpoint", "AWS::S3::Bucket", "Custom::X")
    resources = {}
    for name in draw(st.sets(st.sampled_from(("One", "Two", "Three")), min_size=1)):
        resource: dict[str, Any] = {
            "Type": draw(st.sampled_from(types)),
            "Properties": draw(st.dictionaries(names, values, max_size=3)),
        }
        if draw(st.booleans()):
            resource["Condition"] = "HasKey"
        resources[name] = resource
    return {
        "Description": draw(st.sampled_from(("first", "second"))),
        "Parameters": {name: {"Type": "String"} for name in (*PARAMETERS, DIGEST)},
        "Conditions": {"HasKey": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Key"}, ""]}]}},
        "Resources": resources,
        "Outputs": {DIGEST: {"Value": {"Ref": DIGEST}}},
    }


@st.composite
def desired_stacks(draw: st.DrawFn) -> DesiredStack:
    """Draw a desired stack of one of a few workloads, in one of the stages."""
    return desired_stack(
        draw(templates()),
        draw(parameters),
        workload=draw(st.sampled_from(("churn", "fraud", "spam"))),
        stage=draw(st.sampled_from(STAGES)),
    )


worlds = st.lists(desired_stacks(), max_size=6, unique_by=lambda desired: desired.id)
"""Desired stacks, no two of them the same stack."""

NASTY = (
    "`a`",
    "a|b",
    "<b>@team</b>",
    "\n```\n",
    "</details>",
    "\u202eabc",
    "\u0645\u0631\u062d\u0628\u0627",
    "x" * 2_000,
    "Metadata",
    "Description",
)
"""What users and AWS may write: Markdown, HTML, right to left, long, and names without effect."""

texts = st.one_of(st.text(max_size=8), st.sampled_from(NASTY))
ACCESS_TEXTS = ("where", "effect", "principal", "action", "resource", "condition")
value_changes = st.builds(
    ValueChange, name=texts, before=st.none() | texts, after=st.none() | texts
)
resource_changes = st.builds(
    ResourceChange,
    logical_id=st.text(min_size=1, max_size=8),
    resource_type=texts,
    action=st.sampled_from(Action),
    properties=st.lists(value_changes, max_size=2).map(tuple),
    because=texts,
    certain=st.booleans(),
    retained=st.booleans(),
)
access_changes = st.builds(AccessChange, **dict.fromkeys(ACCESS_TEXTS, texts))
risks = st.builds(Risk, kind=st.sampled_from(RiskKind), where=texts, why=texts)


def _some(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=2).map(tuple)


stack_changes = st.builds(
    StackChange,
    id=st.builds(StackId, st.sampled_from(tuple(ACCOUNTS.values())), st.just("us-east-1"), texts),
    workload=st.builds(Workload, texts, texts),
    stage=st.sampled_from(STAGES),
    action=st.sampled_from(Action),
    verdict=st.sampled_from(Verdict),
    status=st.sampled_from(StackStatus),
    method=st.sampled_from(Method),
    desired_digest=texts,
    deployed_digest=st.none() | texts,
    summary=_some(value_changes),
    parameters=_some(value_changes),
    resources=_some(resource_changes),
    elsewhere=_some(value_changes),
    risks=_some(risks),
    access=_some(access_changes),
    unprovable=texts,
    next_step=texts,
)
orphans = st.builds(Orphan, id=st.builds(StackId, texts, texts, texts), workload=texts, stage=texts)
refusals = st.builds(Refusal, workload=texts, stage=texts, message=texts, hint=texts)
plans = st.builds(
    Plan,
    commit=texts,
    stages=st.just(STAGES),
    changes=_some(stack_changes),
    digests=st.dictionaries(texts, texts, max_size=2),
    orphans=_some(orphans),
    since=texts,
    refused=_some(refusals),
)


def with_parameters(desired: DesiredStack, **changed: str) -> DesiredStack:
    """Give the desired stack with other values of some parameters, and its new digest."""
    others = {name: value for name, value in desired.parameter_values().items() if name != DIGEST}
    parameters = {**others, **changed}
    digest = stage_digest(desired.template, parameters, desired.tags)
    resolved = {
        name: Resolved(value, "a test") for name, value in {**parameters, DIGEST: digest}.items()
    }
    return replace(desired, parameters=resolved, digest=digest)
