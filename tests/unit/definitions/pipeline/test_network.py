"""Pipelines in a stage's network: shorthands are put there, what is written stays as written."""

from typing import Any

from builders import ACCOUNTS, BUCKET, DATA, SETTINGS, repository
from steps_of_pipelines import IMAGE, STACK, Step

from mlops_gitops.adapters.memory.repository import MemoryFiles
from mlops_gitops.config.installation import Network
from mlops_gitops.definitions.pipeline.compile import compile_pipeline
from mlops_gitops.definitions.pipeline.permissions import policies_of
from mlops_gitops.definitions.pipeline.surroundings import Surroundings
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.use_cases.validate import load_repository, validate

NETWORK = Network(subnets=("subnet-0123456789abcdef0",), security_groups=("sg-0123456789abcdef0",))
VPC = {"SecurityGroupIds": ["sg-0123456789abcdef0"], "Subnets": ["subnet-0123456789abcdef0"]}
OWN = {"subnets": ["subnet-0123456789abcdef9"], "security_groups": ["sg-0123456789abcdef9"]}
PREPARE = {
    "name": "Prepare",
    "type": "processing",
    "image_uri": IMAGE,
    "instance_type": "ml.m5.large",
}
WRITTEN = {
    "Name": "Written",
    "Type": "Processing",
    "Arguments": {
        "RoleArn": f"arn:aws:iam::{ACCOUNTS['dev']}:role/a",
        "AppSpecification": {"ImageUri": IMAGE},
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 30,
            }
        },
    },
}


def scope(*steps: Step) -> Scope:
    """Read a pipeline for a stage that has a network."""
    config = {"pipeline_type": "sagemaker_pipeline", "model_name": "churn", "steps": steps}
    files = MemoryFiles(repository(config))
    (read,) = load_repository(files, DATA).configs
    return Scope(
        config=read,
        stage="dev",
        account=ACCOUNTS["dev"],
        stack=STACK,
        region="us-east-1",
        assets_bucket=BUCKET,
        contents={},
        network=NETWORK,
    )


def networks(*steps: Step) -> list[Any]:
    """Compile steps; give the network of each."""
    made = compile_pipeline(scope(*steps)).steps
    arguments: list[Any] = [step["Arguments"] for step in made]
    return [each.get("NetworkConfig") for each in arguments]


def granted(*steps: Step) -> list[str]:
    """Give the subnets in which the role may make interfaces."""
    around = Surroundings(scope=scope(*steps))
    policies: Any = policies_of(compile_pipeline(around.scope), around)
    every = [one for each in policies for one in each["PolicyDocument"]["Statement"]]
    statements = [one for one in every if "Action" in one]
    made = [one for one in statements if "ec2:CreateNetworkInterface" in one["Action"]]
    return [str(one["Resource"]).partition("subnet/")[2].partition("'")[0] for one in made]


def test_a_shorthand_runs_in_the_network_of_its_stage() -> None:
    """Nobody writes it for each step, and the role may make interfaces there alone."""
    assert networks(PREPARE) == [{"VpcConfig": VPC}]
    assert granted(PREPARE) == ["subnet-0123456789abcdef0"]


def test_a_step_that_says_its_network_keeps_it() -> None:
    """What else it says of networks does not keep it out of the stage's."""
    (own,) = networks({**PREPARE, "network": OWN})
    (isolated,) = networks({**PREPARE, "network": {"isolated": True}})

    assert own["VpcConfig"]["Subnets"] == OWN["subnets"]
    assert isolated == {"EnableNetworkIsolation": True, "VpcConfig": VPC}
    assert granted({**PREPARE, "network": OWN}) == ["*"]


def test_a_step_in_the_spelling_of_definitions_stays_as_written() -> None:
    """Who writes a definition writes all of it."""
    assert networks(WRITTEN) == [None]
    assert granted(WRITTEN) == []


def test_roles_are_measured_with_the_longest_network() -> None:
    """A role that fits without a network, and not with it, is refused before it is made."""
    subnets = ", ".join(f"subnet-0123456789abcde{number:02}" for number in range(16))
    more = f"network: {{subnets: [{subnets}], security_groups: [sg-0123456789abcdef0]}}"
    inside = SETTINGS.replace('account: "444444444444",', f'account: "444444444444", {more},')
    reads = [f"s3://acme-{number:02}-{'churn-data-' * 4}a/data" for number in range(22)]
    config = {
        "pipeline_type": "sagemaker_pipeline",
        "model_name": "churn",
        "steps": [PREPARE],
        "reads": reads,
    }

    def codes(settings: str) -> set[str]:
        files = MemoryFiles(repository(config, settings=settings))
        return {each.code for each in validate(files, DATA).problems}

    assert codes(inside) - codes(SETTINGS) == {"MG318"}
