"""Rules: per type, what of a resource is compared, and what AWS does to it by itself.

Paths are properties of the template; `[*]` is any item of a list. A property that no rule names is
compared as it is written. `TYPES` is the table of docs/drift.md, which a test holds to it.

Sources: the types' schemas in the CloudFormation registry (write-only properties), `Describe*` in
each service's API reference, "Resources with set semantics" being those whose reference says that
an order has no meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_ONLY_CLOUDFORMATION = "only where CloudFormation looks at the type"
_WRITE_ONLY = "no service tells it"
TAGS = {"Tags": _ONLY_CLOUDFORMATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How one resource type is compared.

    Attributes:
        keyed: lists whose items are told apart by a member, and where it is the member's name.
        ordered: of those, the lists whose order counts.
        sets: lists whose order says nothing.
        maps: objects, with all below, in which every entry is the user's: one more is drift.
        texts: JSON inside a text.
        folded: texts in which capitals count for nothing.
        never: what is not compared, and why.
        defaults: what is noticed though no template sets it, and what it is before somebody does.
        is_strict: every object is a map and every list a set, as CloudFormation compares.
    """

    keyed: Mapping[str, str] = field(default_factory=dict)
    ordered: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()
    maps: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()
    never: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    is_strict: bool = False


CLOUDFORMATION = Rules(is_strict=True)
"""For what CloudFormation itself compared: it has left the services' defaults out already."""

_VARIANTS = {"ProductionVariants": "VariantName", "ShadowProductionVariants": "VariantName"}
_CAPTURE_SETS = frozenset(
    {
        "DataCaptureConfig.CaptureContentTypeHeader.CsvContentTypes",
        "DataCaptureConfig.CaptureContentTypeHeader.JsonContentTypes",
    }
)
_VPC = frozenset({"VpcConfig.Subnets", "VpcConfig.SecurityGroupIds"})
_UNSERVED: Mapping[str, Any] = {"ShadowProductionVariants": [], "AsyncInferenceConfig": None}


def _job_definition(kind: str) -> Rules:
    vpc = "NetworkConfig.VpcConfig"
    return Rules(
        sets=frozenset({f"{vpc}.Subnets", f"{vpc}.SecurityGroupIds"}),
        maps=frozenset({f"{kind}AppSpecification.Environment"}),
        never={"EndpointName": _WRITE_ONLY, **TAGS},
    )


TYPES: Mapping[str, Rules] = {
    "AWS::SageMaker::Endpoint": Rules(
        keyed={**_VARIANTS, "DataCaptureConfig.CaptureOptions": "CaptureMode"},
        sets=_CAPTURE_SETS,
        never={
            "DeploymentConfig": "it says how the next update goes, not what serves",
            "ExcludeRetainedVariantProperties": _WRITE_ONLY,
            "RetainAllVariantProperties": _WRITE_ONLY,
            "RetainDeploymentConfig": _WRITE_ONLY,
            **TAGS,
        },
        defaults={"ShadowProductionVariants": []},
    ),
    "AWS::SageMaker::EndpointConfig": Rules(
        keyed={**_VARIANTS, "DataCaptureConfig.CaptureOptions": "CaptureMode"},
        sets=_CAPTURE_SETS | _VPC,
        never=TAGS,
        defaults={**_UNSERVED, "DataCaptureConfig": None},
    ),
    "AWS::SageMaker::Model": Rules(
        sets=_VPC,
        maps=frozenset({"PrimaryContainer.Environment", "Containers[*].Environment"}),
        never=TAGS,
        defaults={"VpcConfig": None, "EnableNetworkIsolation": "false"},
    ),
    "AWS::SageMaker::MonitoringSchedule": Rules(
        never={"MonitoringScheduleStatus": "runs start and stop it", **TAGS},
    ),
    "AWS::SageMaker::DataQualityJobDefinition": _job_definition("DataQuality"),
    "AWS::SageMaker::ModelQualityJobDefinition": _job_definition("ModelQuality"),
    "AWS::SageMaker::ModelBiasJobDefinition": _job_definition("ModelBias"),
    "AWS::SageMaker::ModelExplainabilityJobDefinition": _job_definition("ModelExplainability"),
    "AWS::SageMaker::ModelPackageGroup": Rules(
        never={"ModelPackageGroupPolicy": _ONLY_CLOUDFORMATION, **TAGS}
    ),
    "AWS::SageMaker::ModelCard": Rules(
        maps=frozenset({"Content"}),
        texts=frozenset({"Content"}),
        never={"ModelCardStatus": "people decide on it, and `apply` follows them", **TAGS},
    ),
    "AWS::SageMaker::Pipeline": Rules(
        maps=frozenset({"PipelineDefinition"}),
        never=TAGS,
    ),
    "AWS::StepFunctions::StateMachine": Rules(
        maps=frozenset({"Definition", "DefinitionString"}),
        texts=frozenset({"Definition", "DefinitionString"}),
        never={"DefinitionSubstitutions": "they stand in the definition", **TAGS},
    ),
    "AWS::CodeBuild::Project": Rules(
        keyed={"Environment.EnvironmentVariables": "Name"},
        never={"Triggers": "no delivery needs them", **TAGS},
    ),
    "AWS::CodePipeline::Pipeline": Rules(
        keyed={
            "Stages": "Name",
            "Stages[*].Actions": "Name",
            "Variables": "Name",
            "Stages[*].Actions[*].InputArtifacts": "Name",
            "Stages[*].Actions[*].OutputArtifacts": "Name",
        },
        ordered=frozenset({"Stages"}),
        maps=frozenset({"Stages[*].Actions[*].Configuration"}),
        never={
            "DisableInboundStageTransitions": "`status` shows what a stage waits for",
            "RestartExecutionOnUpdate": _WRITE_ONLY,
            **TAGS,
        },
        defaults={
            "Triggers": [],
            "Stages[*].BeforeEntry": None,
            "Stages[*].OnFailure": None,
            "Stages[*].OnSuccess": None,
            "Stages[*].Actions[*].Configuration.AllowOverrideForS3ObjectKey": "false",
        },
    ),
}
"""Type -> how it is compared; types that are not here are CloudFormation's to look at."""
