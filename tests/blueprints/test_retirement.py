"""A tombstone of any type: what it deletes is told, and nothing that is to stay goes."""

from collections.abc import Iterator

import pytest
from blueprints.blueprint_files import ROOT
from builders import BLUEPRINTS, DATA, INSTALLATION

from mlops_gitops.adapters.disk import DiskFiles
from mlops_gitops.config.declared import Config
from mlops_gitops.config.settings import Settings
from mlops_gitops.desired.compose import compose
from mlops_gitops.desired.names import workload_stack
from mlops_gitops.desired.stack import StackId
from mlops_gitops.desired.tombstone import is_tombstone, tombstone
from mlops_gitops.diff.compare import compare
from mlops_gitops.diff.deployed import DeployedStack, StackStatus
from mlops_gitops.diff.facts import registry_facts
from mlops_gitops.diff.plan import Action, RiskKind, StackChange
from mlops_gitops.diff.risk import risks_of
from mlops_gitops.diff.template import NOTHING, diff_resources, see
from mlops_gitops.use_cases.facts import read_inputs
from mlops_gitops.use_cases.validate import read_schemas, validate

EXAMPLES = ROOT / "config-examples" / "good"
LOST = {
    "AWS::ECR::Repository",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SageMaker::ModelCard",
    "AWS::SageMaker::ModelPackageGroup",
    "AWS::SageMaker::Pipeline",
}
"""Types with something in them that no deployment brings back."""


def examples() -> Iterator[tuple[Settings, Config]]:
    """Give one config of each pipeline type of the product."""
    seen = set()
    for folder in sorted(EXAMPLES.iterdir()):
        validated = validate(DiskFiles(folder), DATA)
        for config in validated.configs:
            known = config.type.name in schemas_of_types()
            if known and config.type.name not in seen and not config.is_retired:
                seen.add(config.type.name)
                assert validated.settings
                yield validated.settings, config


def schemas_of_types() -> tuple[str, ...]:
    """Name every pipeline type."""
    return read_schemas(DATA).pipeline_types()


TABLE = {config.type.name: (settings, config) for settings, config in examples()}


def retired(settings: Settings, config: Config) -> StackChange:
    """Plan the tombstone of a config in its first stage."""
    stage = config.stages[0]
    inputs = read_inputs(DATA, INSTALLATION)
    made = compose(settings, config, stage, BLUEPRINTS.blueprint(config.blueprint), inputs)
    there = DeployedStack(
        id=made.id,
        status=StackStatus.CREATE_COMPLETE,
        status_reason="",
        parameters=made.parameter_values(),
        outputs={"MlopsGitopsDigest": made.digest, "BlueprintVersion": "1"},
        tags=made.tags,
        updated_at=None,
    )
    name = workload_stack(settings, config)
    return compare(tombstone(settings, config.workload, name, stage), there, made.template)


def test_every_type_is_tried() -> None:
    """One that is added is tried, too."""
    assert TABLE.keys() == set(schemas_of_types())


@pytest.mark.parametrize("type_", sorted(TABLE))
def test_what_a_tombstone_deletes_is_told(type_: str) -> None:
    """Each resource goes by name; lost data is marked, and no bucket is among it."""
    settings, config = TABLE[type_]

    change = retired(settings, config)

    stage = config.stages[0]
    made = tombstone(settings, config.workload, workload_stack(settings, config), stage)
    assert is_tombstone(made.template)
    gone = [each for each in change.resources if each.action is Action.DELETE]
    risky = {risk.where for risk in change.risks if risk.kind is RiskKind.DATA_LOSS}
    stopped = {risk.where for risk in change.risks if risk.kind is RiskKind.INTERRUPTS}
    assert gone
    assert {each.action for each in change.resources} == {Action.DELETE, Action.CREATE}
    assert not [each for each in gone if each.resource_type == "AWS::S3::Bucket"]
    lost = {each.logical_id for each in gone if each.resource_type in LOST and not each.retained}
    assert lost == {each for each in risky if each in {one.logical_id for one in gone}}
    assert {each.logical_id for each in gone} == stopped


@pytest.mark.parametrize("policy", ["Retain", "Delete"])
def test_what_a_template_retains_stays(policy: str) -> None:
    """Only what goes with its data is marked."""
    bucket = {"Type": "AWS::S3::Bucket", "DeletionPolicy": policy}
    stack = StackId("222222222222", "us-east-1", "x")
    before = see({"Resources": {"Bucket": bucket}}, {}, stack)
    changes = diff_resources(before, NOTHING, registry_facts())

    kinds = {risk.kind for risk in risks_of(before, NOTHING, changes)}

    assert [each.retained for each in changes] == [policy == "Retain"]
    assert (RiskKind.DATA_LOSS in kinds) == (policy == "Delete")
