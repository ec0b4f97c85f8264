"""Section 4.5: what is deployed, where, and what people are told of it."""

import ast
import json
from functools import cache
from pathlib import Path
from typing import Any

import botocore.loaders
import pytest
from blueprints.blueprint_files import ROOT, TEMPLATES, load, module_at
from blueprints.resolving import resolved
from botocore import xform_name
from builders import ACCOUNTS, COMMIT, DATA, SETTINGS, realtime
from e2e import every_type
from weaknesses.composed import deployed, example, installed

from mlops_gitops.adapters.blueprints import InstalledBlueprints
from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.adapters.repository_data import RepositoryData
from mlops_gitops.pipeline.delivery import delivery_pipeline
from mlops_gitops.status.report import Sync
from mlops_gitops.use_cases.apply import apply
from mlops_gitops.use_cases.approve import approve, pending_approvals, reject, review_approval
from mlops_gitops.use_cases.desire import desire
from mlops_gitops.use_cases.plan import plan
from mlops_gitops.use_cases.render import render
from mlops_gitops.use_cases.status import status
from mlops_gitops.use_cases.validate import load_repository
from mlops_gitops.views.plan_text import plan_text
from mlops_gitops.views.review_text import review_text

WORKLOADS = [path for path in TEMPLATES if path.parent.name != "bootstrap"]
BOOTSTRAP = [path for path in TEMPLATES if path.parent.name == "bootstrap"]
ADAPTERS = sorted((ROOT / "mlops_gitops/adapters/aws").glob("*.py"))
ONE_THING = {"StackName", "imageIds", "pipelineExecutionId"}
"""What narrows a question to one thing, so that there is one page."""
KEPT = {"AWS::S3::Bucket", "AWS::KMS::Key", "AWS::DynamoDB::Table"}


def pipeline_of(config: dict[str, Any], settings: str = SETTINGS) -> dict[str, Any]:
    """Give the properties of a workload's delivery pipeline."""
    world = installed(config, settings=settings).world()
    found = desire(world)
    (workload,) = found.workloads
    stack = delivery_pipeline(world.settings, workload.name, workload.stacks, found.installation)
    properties: dict[str, Any] = stack.template["Resources"]["Pipeline"]["Properties"]
    return properties


def test_an_approver_reads_who_changes_what() -> None:
    """Author, commit, digest and each parameter that changes: in the command and in the e-mail."""
    made = deployed(installed(realtime("churn")))
    name = desire(made.world()).workloads[0].name
    for stage in ("staging", "prod"):
        approve(made.world(), review_approval(made.world(), name, stage, None))
        made.cloud.settle()
    changed = realtime("churn", inference_instance="ml.m5.xlarge")
    made.files["config-0/mlops-config.json"] = json.dumps(changed).encode()
    deployed(made)

    shown = review_approval(made.world(), name, "staging", None)
    text = review_text(shown.approval, shown.change_set)

    for told in (COMMIT.author, COMMIT.id, shown.approval.digest):
        assert told in text
    assert "ml.m5.large -> ml.m5.xlarge" in text
    assert "EndpointConfig" in text
    (asked,) = {
        action["Configuration"]["CustomData"]
        for stage in pipeline_of(changed)["Stages"]
        for action in stage["Actions"]
        if action["Name"] == "Approve" and stage["Name"] == "DeployStaging"
    }
    for variable in ("summary_staging", "author", "commit", "digest"):
        assert f"#{{variables.{variable}}}" in asked


def test_a_plan_is_shown_before_anything_is_made() -> None:
    """Planning touches nothing, and names every stack with what would change in it."""
    made = installed(realtime("churn"))
    before = [made.cloud.stacks.overview(account) for account in ACCOUNTS.values()]

    text = plan_text(plan(made.world()))

    assert all(stage in text for stage in ACCOUNTS)
    assert "ml.m5.large" in text
    assert [made.cloud.stacks.overview(account) for account in ACCOUNTS.values()] == before


def test_each_stage_is_one_account_of_the_settings() -> None:
    """Stacks go to the accounts that the settings name, not to all of a unit."""
    stages = pipeline_of(realtime("churn"))["Stages"][1:]

    for stage, account in zip(stages, ACCOUNTS.values(), strict=True):
        for action in stage["Actions"]:
            if action["Name"] != "Approve":
                assert f"::{account}:role/" in json.dumps(action["RoleArn"])
            assert action["ActionTypeId"]["Provider"] in {"CloudFormation", "Manual"}


@pytest.mark.parametrize(
    "stages",
    [
        [("only", "manual")],
        [("lab", "none"), ("live", "manual")],
        [("ring-0", "none"), ("ring-1", "manual"), ("ring-2", "manual"), ("ring-3", "manual")],
    ],
    ids=["one", "two", "rings"],
)
def test_stages_are_as_many_as_people_like(stages: list[tuple[str, str]]) -> None:
    """Names, number, order and gates are those of the settings."""
    start, rest = SETTINGS.split("stages:\n")
    written = [
        f'  - {{name: {name}, account: "{number:012}", approval: {approval}}}'
        for number, (name, approval) in enumerate(stages, start=1)
    ]
    settings = (
        f"{start}stages:\n"
        + "\n".join(written)
        + "\nnotifications"
        + rest.split("notifications")[1]
    )
    config = {**realtime("churn"), "endpoint_name": "churn"}

    found = pipeline_of(config, settings)["Stages"][1:]

    gates = [any(one["Name"] == "Approve" for one in stage["Actions"]) for stage in found]
    assert gates == [approval == "manual" for _, approval in stages]


def test_a_stage_is_not_called_deployed_before_it_is() -> None:
    """Right after the start the old model still serves, and status says that git is ahead."""
    made = deployed(installed(realtime("churn")))
    changed = realtime("churn", inference_instance="ml.m5.xlarge")
    made.files["config-0/mlops-config.json"] = json.dumps(changed).encode()
    (name,) = [each.name for each in desire(made.world()).workloads]
    reject_all(made, name)

    apply(made.world(), lambda *_: None)
    seen = []
    while made.cloud.advance():
        (told,) = status(made.world())
        seen.append((told.stages[0].sync, told.stages[0].facts.get("instance")))

    assert seen[0][0] is not Sync.IN_SYNC
    assert all(instance == "ml.m5.xlarge" for sync, instance in seen if sync is Sync.IN_SYNC)
    assert seen[-1] == (Sync.IN_SYNC, "ml.m5.xlarge")


def reject_all(made: Any, name: str) -> None:
    """Let what waits go, so that the next execution may begin."""
    for waiting in pending_approvals(made.world(), name):
        reject(made.world(), name, waiting.stage, "not this one")
        made.cloud.settle()


@pytest.mark.parametrize(
    ("config", "before", "after"),
    [
        (realtime("churn"), "InitialInstanceCount: 1", "InitialInstanceCount: 2"),
        (every_type.monitor("m", "data_quality", "e"), "InstanceCount: 1", "InstanceCount: 2"),
    ],
    ids=["endpoint", "monitor"],
)
def test_what_a_template_fixes_a_type_of_ones_own_says_otherwise(
    config: dict[str, Any], before: str, after: str
) -> None:
    """The product's template and schema with a change are a type of the repository's own."""
    schema = json.loads(DATA.schema(config["pipeline_type"]))
    installed_as = schema.pop("x-blueprint")
    del schema["$id"]
    schema |= {"x-blueprint": "own", "x-stack-postfix": "own"}
    schema["properties"]["pipeline_type"]["const"] = "own"
    template = (ROOT / f"blueprints/{installed_as}/template.yaml").read_text(encoding="utf-8")
    own = template.replace(f"blueprint: {installed_as}", "blueprint: own").replace(before, after)
    files = MemoryFiles(
        {
            "mlops-gitops.yaml": SETTINGS.encode(),
            "blueprints/own/template.yaml": own.encode(),
            "blueprints/own/schema.json": json.dumps(schema).encode(),
            "blueprints/own/README.md": b"# Own\n",
            "mlops-config.json": json.dumps({**config, "pipeline_type": "own"}).encode(),
        }
    )

    blueprints = InstalledBlueprints(RepositoryData(DATA, files))
    stack = render(load_repository(files, DATA), DATA, blueprints, "mlops-config.json", "prod")

    name, count = after.split(": ")
    assert own != template
    assert f'"{name}": {count}' in json.dumps(stack.template)
    assert stack.id.name.endswith("-own-prod")


@pytest.mark.parametrize("kind", ["data_quality", "model_explainability"])
def test_any_endpoint_can_be_monitored(kind: str) -> None:
    """Roles name the endpoint that the config names, whoever made it."""
    one = example({**every_type.monitor("m", kind, "x"), "endpoint_name": "Made-By-Hand"})
    resources = resolved(one.stack.template, one.stack.parameter_values())

    about = [
        text
        for resource in resources.values()
        if resource["Type"] == "AWS::IAM::Role"
        for text in json.dumps(resource["Properties"]["Policies"]).lower().split('"')
        if ":endpoint/" in text
    ]

    assert resources["JobDefinition"]["Properties"]
    assert all(":endpoint/mlopssagemaker" not in text for text in about)
    assert kind == "data_quality" or any("made-by-hand" in text for text in about)


def test_the_inference_api_gives_up_before_api_gateway_does() -> None:
    """So callers get an answer of ours, and no function runs on for nobody."""
    resources = load(ROOT / "blueprints/realtime/template.yaml")["Resources"]
    index = module_at(ROOT / "blueprints/realtime/functions/inference/index.py", "patience_index")
    gateway = resources["InferenceMethod"]["Properties"]["Integration"]["TimeoutInMillis"] / 1_000
    function = resources["InferenceFunction"]["Properties"]["Timeout"]

    assert index.PATIENCE.connect_timeout + index.PATIENCE.read_timeout < function <= gateway <= 29
    assert index.PATIENCE.retries == {"total_max_attempts": 1}


def test_no_workload_owns_what_a_region_has_once() -> None:
    """API Gateway's account settings are bootstrap's, and stay when its stack goes."""
    kinds = {
        (path, name, resource["Type"]): resource.get("DeletionPolicy")
        for path in TEMPLATES
        for name, resource in load(path)["Resources"].items()
    }

    owners = {key: kept for key, kept in kinds.items() if key[2] == "AWS::ApiGateway::Account"}

    assert {path for path, _, _ in owners} <= set(BOOTSTRAP)
    assert set(owners.values()) == {"Retain"}


def test_what_holds_data_is_never_replaced_by_an_upgrade() -> None:
    """Buckets and keys have logical ids and names that stay, and outlive their stack."""
    for path in WORKLOADS:
        kinds = {one["Type"] for one in load(path)["Resources"].values()}
        assert not kinds & KEPT, path
    kept = {
        name: resource
        for path in BOOTSTRAP
        for name, resource in load(path)["Resources"].items()
        if resource["Type"] in KEPT
    }

    # Whoever renames one of these takes the bucket away from those who have it.
    assert set(kept) == {
        "AccessLogsBucket",
        "AssetsBucket",
        "AssetsKey",
        "DoorsKey",
        "DropBucket",
    }
    for resource in kept.values():
        # A creation that failed takes its own along, so that the next one finds the name free.
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
        assert resource["UpdateReplacePolicy"] == "Retain"
    assert kept["AssetsBucket"]["Properties"]["BucketName"] == {"Ref": "AssetsBucketName"}


@cache
def paged() -> frozenset[str]:
    """Name the operations of the services we ask that answer in pages, as boto3 calls them."""
    loader = botocore.loaders.create_loader()
    services = ("cloudformation", "codepipeline", "ecr", "s3", "sagemaker", "stepfunctions")
    return frozenset(
        xform_name(operation)
        for service in services
        for operation in loader.load_service_model(service, "paginators-1")["pagination"]
    )


@pytest.mark.parametrize("path", ADAPTERS, ids=lambda path: str(path.stem))
def test_no_answer_ends_with_its_first_page(path: Path) -> None:
    """What comes in pages is asked for in pages, or for one thing by its name."""
    assert "describe_stacks" in paged()
    calls = [one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Call)]
    for call in calls:
        name = getattr(call.func, "attr", "")
        keywords = {one.arg for one in call.keywords}
        assert name not in paged() or keywords & ONE_THING, f"{path.name}:{call.lineno} {name}"
