"""Network, boundary and tags of the settings, on their way through the embedded AWS."""

import json

from builders import ORCHESTRATOR
from e2e.conftest import Arrive
from e2e.user import full_name, model, single_account

NETWORK = "network: {subnets: [subnet-0123456789abcdef0], security_groups: [sg-0123456789abcdef0]}"
BOUNDARY = "permissions_boundary: ml/boundary"


def test_settings_reach_what_is_deployed_and_may_change(arrive: Arrive, name: str) -> None:
    """A model in the VPC, bound roles, tagged stacks; and other tags get to both stacks."""
    plain = single_account(ORCHESTRATOR)
    inside = plain.replace('"}]', f'", {NETWORK}}}]') + f"{BOUNDARY}\n"
    user = arrive(inside + 'tags: {CostCenter: "4711"}\n')
    user.commit(model(name, endpoint_name=name))
    assert "network         subnet-0123456789abcdef0, sg-0123456789abcdef0" in user.did("plan")
    user.did("apply")
    user.settled(name)

    resources = user.aws("cloudformation").describe_stack_resources(StackName=full_name(name))
    made = {each["ResourceType"]: each for each in resources["StackResources"]}
    arn = made["AWS::SageMaker::Model"]["PhysicalResourceId"]
    deployed = user.aws("sagemaker").describe_model(ModelName=arn.rpartition("/")[2])
    assert deployed["VpcConfig"]["Subnets"] == ["subnet-0123456789abcdef0"]
    # CloudFormation of the embedded AWS gives roles no boundary, so the template has to do.
    template = user.aws("cloudformation").get_template(StackName=full_name(name))
    assert "policy/ml/boundary" in json.dumps(template["TemplateBody"])

    settings = user.folder / "mlops-gitops.yaml"
    settings.write_text(settings.read_text().replace("4711", "4712"))
    user.commit(model(name, endpoint_name=name))
    assert "tag CostCenter: 4711 -> 4712" in user.did("plan")
    user.did("apply")
    user.settled(name)
    for stack in (full_name(name), f"{full_name(name)}-codepipeline"):
        tags = user.stack_named(stack, ORCHESTRATOR)["Tags"]
        assert {"Key": "CostCenter", "Value": "4712"} in tags
    assert user.run("plan", "--detailed-exitcode").code == 0
