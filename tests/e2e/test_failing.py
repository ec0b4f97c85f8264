"""Deployments that CloudFormation fails, and the way out."""

from builders import BUCKET
from e2e.meanwhile import apply_and_lose
from e2e.user import User, full_name, model, packaged, registered


def test_a_first_creation_that_fails(user: User, name: str) -> None:
    """The model package vanishes during apply: rolled back, told with its reason, mended."""
    package = registered(user, name)
    user.commit(packaged(name, package))
    apply_and_lose(user, package)

    shown = user.settled(name)
    assert user.stack(name, "dev")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert user.executions(name)[0]["status"] == "Failed"
    assert "failed: Model: " in shown
    assert f'Could not find model package "{package}"' in shown
    assert "it removes the empty stack and creates it again" in shown
    assert package in user.run("apply").err  # not mended yet: refused before anything is touched

    user.commit(packaged(name, registered(user, name)))
    assert "started" in user.did("apply")
    shown = user.lead(name, "staging", "prod")
    assert "All stages run what git says." in shown
    assert "failed" not in shown
    assert user.stack(name, "dev")["StackStatus"] == "CREATE_COMPLETE"


def test_a_stage_behind_a_gate_that_fails(user: User, name: str) -> None:
    """Approved in good faith, rolled back: dev keeps running, and staging is asked again."""
    package = registered(user, name)
    user.commit(packaged(name, package))
    user.did("apply")
    user.settled(name)
    user.aws("sagemaker").delete_model_package(ModelPackageName=package)

    shown = user.lead(name, "staging")
    assert user.stack(name, "staging")["StackStatus"] == "ROLLBACK_COMPLETE"
    assert user.stack(name, "dev")["StackStatus"] == "CREATE_COMPLETE"
    [_, staging] = shown.split("staging  333333333333")
    assert "failed: Model: " in staging
    assert package in staging
    assert "it removes the empty stack and creates it again" in staging

    user.commit(packaged(name, registered(user, name)))
    user.did("apply")
    assert "waits for approval" in user.settled(name)
    assert "All stages run what git says." in user.lead(name, "staging", "prod")


def test_an_update_that_fails(user: User, name: str) -> None:
    """The model before it keeps serving; the same commit is retried once the cause is mended."""
    first = registered(user, name)
    user.commit(packaged(name, first))
    user.did("apply")
    user.settled(name)
    second = registered(user, name)
    user.commit(packaged(name, second))
    user.did("reject", name, "--stage", "staging", "--reason", "a newer one is there")
    apply_and_lose(user, second)

    shown = user.settled(name)
    assert user.stack(name, "dev")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert user.parameters(name, "dev")["ModelPackageName"] == first
    assert f'Could not find model package "{second}"' in shown
    assert "next: Mend the cause, then run `mlops-gitops apply`." in shown
    assert "InService" in shown

    third = registered(user, name)
    user.commit(packaged(name, third))
    assert "started" in user.did("apply")
    shown = user.settled(name)
    assert "failed" not in shown
    assert user.stack(name, "dev")["StackStatus"] == "UPDATE_COMPLETE"
    assert user.parameters(name, "dev")["ModelPackageName"] == third


def test_one_failing_workload_holds_no_other_up(user: User, name: str) -> None:
    """A pipeline that cannot be made is reported, and its neighbour is deployed."""
    good, bad = f"{name}-good", f"{name}-bad"
    user.commit(model(good), model(bad))
    # Somebody's stack sits on the name of the bad one's delivery pipeline.
    cloudformation = user.aws("cloudformation")
    stack = f"{full_name(bad)}-codepipeline"
    theirs = '{"Resources": {"Precious": {"Type": "AWS::SNS::Topic"}}}'
    cloudformation.create_stack(StackName=stack, TemplateBody=theirs)

    answer = user.run("apply")

    assert answer.code == 4
    assert f"{full_name(good)}  started" in answer.out
    assert f"{full_name(bad)}  failed" in answer.out
    assert f"{stack} in 111111111111 us-east-1 belongs to somebody else" in answer.out
    assert cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId="Precious")
    assert "in sync" in user.settled(good)


def test_a_bundle_that_vanished_is_uploaded_again(user: User, name: str) -> None:
    """Somebody deletes the bundle between two commits; nothing hangs."""
    user.commit(model(name))
    user.did("apply")
    user.settled(name)
    key = f"mlops_provisioned_pipelines/{full_name(name)}/template.zip"
    user.aws("s3").delete_object(Bucket=BUCKET, Key=key)
    user.commit(model(name, inference_instance="ml.m5.xlarge"))

    assert "started" in user.did("apply")
    user.did("reject", name, "--stage", "staging", "--reason", "too late")
    assert "instance ml.m5.xlarge" in user.settled(name)
