"""What is changed behind our back on the embedded AWS is found, named, and told."""

import json
from typing import Any

from builders import ACCOUNTS
from e2e.test_notifications import Ears
from e2e.user import User, eventually, full_name, model

DEV = ACCOUNTS["dev"]
KINDS = ["approval-waiting", *["drift-found"] * 3, "stopped"]


def found(user: User, *words: str) -> dict[str, Any]:
    """Look for drift; give what is said to programs."""
    answer = user.run("drift", "--output", "json", *words)
    assert answer.out, answer.err
    report: dict[str, Any] = json.loads(answer.out)
    assert (answer.code, report["not_compared"]) == (0, []), answer
    return report


def kinds(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Give which resources drifted, and how, in the order in which it is told."""
    return [(each["logical_id"], each["kind"]) for each in report["drifts"]]


def values(report: dict[str, Any], resource: str) -> dict[str, list[str | None]]:
    """Give what differs in a resource: git's value, what was deployed, what is there."""
    (drift,) = [each for each in report["drifts"] if each["logical_id"] == resource]
    return {
        each["path"]: [each["desired"], each["deployed"], each["live"]]
        for each in drift["properties"]
    }


def serve(user: User, name: str) -> None:
    """Let the dev endpoint serve another configuration: two bigger instances, no capture."""
    sagemaker = user.aws("sagemaker", DEV)
    endpoint = sagemaker.describe_endpoint(EndpointName=f"{name}-dev")
    served = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    (variant,) = served["ProductionVariants"]
    bigger = {**variant, "InstanceType": "ml.m5.xlarge", "InitialInstanceCount": 2}
    sagemaker.create_endpoint_config(
        EndpointConfigName=f"{name}-by-hand",
        ProductionVariants=[bigger],
        DataCaptureConfig={**served["DataCaptureConfig"], "EnableCapture": False},
    )
    sagemaker.update_endpoint(EndpointName=f"{name}-dev", EndpointConfigName=f"{name}-by-hand")
    eventually(
        lambda: (
            sagemaker.describe_endpoint(EndpointName=f"{name}-dev")["EndpointStatus"] == "InService"
        )
    )


def called(user: User, stack: str, logical_id: str) -> str:
    """Give what a resource of a dev stack is called."""
    detail = user.aws("cloudformation", DEV).describe_stack_resource(
        StackName=stack, LogicalResourceId=logical_id
    )
    return str(detail["StackResourceDetail"]["PhysicalResourceId"])


def remove_gate(user: User, name: str) -> None:
    """Take the gate of staging out of the delivery pipeline, as UpdatePipeline lets anybody."""
    codepipeline = user.aws("codepipeline")
    pipeline = codepipeline.get_pipeline(name=full_name(name))["pipeline"]
    (staging,) = [each for each in pipeline["stages"] if each["name"] == "DeployStaging"]
    staging["actions"] = [each for each in staging["actions"] if each["name"] != "Approve"]
    codepipeline.update_pipeline(pipeline=pipeline)


def test_what_is_changed_behind_our_back_is_found_and_told(user: User, name: str) -> None:
    """An endpoint, a role, a pipeline's gate, a parameter; first nothing, and each by its name."""
    ears = Ears(user, name)
    user.commit(model(name))
    user.did("apply")
    user.settled(name)
    assert kinds(found(user, name)) == []
    assert found(user, name)["compared"] > 15

    serve(user, name)
    remove_gate(user, name)
    iam, role = user.aws("iam", DEV), called(user, f"{full_name(name)}-dev", "ExecutionRole")
    wide = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [wide]})
    iam.put_role_policy(RoleName=role, PolicyName="mine", PolicyDocument=document)

    report = found(user, name)
    assert kinds(report) == [
        ("Pipeline", "delivery pipeline changed outside"),
        ("Endpoint", "changed outside of CloudFormation"),
        ("ExecutionRole", "changed outside of CloudFormation"),
    ]
    assert list(values(report, "Pipeline")) == ["Stages[DeployStaging].Actions[Approve]"]
    endpoint = values(report, "Endpoint")
    assert endpoint["EndpointConfigName"][2] == f"{name}-by-hand"
    variant = "ProductionVariants[AllTraffic]"
    assert endpoint[f"{variant}.InstanceType"] == ["ml.m5.large", "ml.m5.large", "ml.m5.xlarge"]
    assert endpoint[f"{variant}.InitialInstanceCount"] == ["1", "1", "2"]
    assert endpoint["DataCaptureConfig.EnableCapture"] == ["true", "true", "false"]
    assert "s3:*" in str(values(report, "ExecutionRole")["Policies[mine]"][2])
    answer = user.run("drift", name, "--detailed-exitcode", "--notify")
    assert answer.code == 2
    assert "gate of DeployStaging" in answer.out
    assert "instances: 1 -> 2" in answer.out
    assert "instance: ml.m5.large -> ml.m5.xlarge" in answer.out
    # An approval waited, until the pipeline was changed; and each drift is told. Whoever tells of
    # pipelines and whoever tells of drift do not wait for each other.
    eventually(lambda: len(ears.heard()) >= len(KINDS))
    assert sorted(each["kind"] for each in ears.heard()) == KINDS
    assert all(each["changes"] for each in ears.heard() if each["kind"] == "drift-found")


def test_stacks_changed_deleted_and_forgotten_are_told_apart(user: User, name: str) -> None:
    """By hand, git moved on; gone and never deployed; and one whose config is gone."""
    user.commit(model(name), model(f"{name}-other"))
    user.did("apply")
    user.settled(name, f"{name}-other")

    user.change(name, "dev", InferenceInstance="ml.m5.xlarge")
    report = found(user, name)
    assert kinds(report) == [("", "stack changed by hand")]
    assert values(report, "") == {
        "Parameters.InferenceInstance": ["ml.m5.large", "ml.m5.large", "ml.m5.xlarge"]
    }
    user.commit(model(name, inference_instance="ml.c5.large"))
    assert values(found(user, name), "") == {
        "Parameters.InferenceInstance": ["ml.c5.large", "ml.m5.large", "ml.m5.xlarge"]
    }

    sagemaker, cloudformation = user.aws("sagemaker", DEV), user.aws("cloudformation", DEV)
    sagemaker.delete_endpoint(EndpointName=f"{name}-other-dev")
    assert kinds(found(user, f"{name}-other")) == [
        ("Endpoint", "deleted outside of CloudFormation")
    ]
    cloudformation.delete_stack(StackName=f"{full_name(f'{name}-other')}-dev")
    eventually(lambda: not user.stack(f"{name}-other", "dev"))
    assert kinds(found(user, f"{name}-other")) == [("", "stack is gone")]

    user.git("rm", "-rq", name)
    user.git("commit", "-qm", "forget it")
    assert ("", "declared by no config") in kinds(found(user))
