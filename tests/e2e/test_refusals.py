"""What is refused before anything reaches the first stage."""

from builders import ACCOUNTS, BUCKET
from e2e.user import User, full_name, model, packaged


def nothing_was_made(user: User, name: str) -> bool:
    """No stack in any account, no pipeline, no bundle."""
    s3 = user.aws("s3").list_objects_v2(
        Bucket=BUCKET, Prefix=f"mlops_provisioned_pipelines/{full_name(name)}"
    )
    return (
        not any(user.stack(name, stage) for stage in ACCOUNTS)
        and not user.stack_named(f"{full_name(name)}-codepipeline", "111111111111")
        and s3["KeyCount"] == 0
    )


def test_a_mistake_in_prods_values_only_never_reaches_dev(user: User, name: str) -> None:
    """The instance type of prod is not offered: exit 3 at its line, for plan and apply."""
    instances = {"dev": "ml.m5.large", "staging": "ml.m5.large", "prod": "ml.m5.huge"}
    user.commit(model(name, inference_instance=instances))

    for verb in ("plan", "apply"):
        answer = user.ran(verb)
        assert answer.code == 3
        assert f"{name}/mlops-config.json:10:" in answer.err
        assert "ml.m5.huge" in answer.err
    assert nothing_was_made(user, name)


def test_a_missing_artifact_never_reaches_dev(user: User, name: str) -> None:
    """Plan and apply look into the bucket before anything is deployed."""
    user.commit(model(name, model_artifact_location=f"{name}/nobody-uploaded.tar.gz"))

    for verb in ("plan", "apply"):
        answer = user.run(verb)
        assert answer.code == 3
        assert "MG080" in answer.err
        assert (
            f"aws s3 cp nobody-uploaded.tar.gz s3://{BUCKET}/{name}/nobody-uploaded.tar.gz"
            in answer.err
        )
    assert nothing_was_made(user, name)


def test_an_unregistered_model_package_never_reaches_dev(user: User, name: str) -> None:
    """Plan and apply ask the registry before anything is deployed."""
    package = f"arn:aws:sagemaker:us-east-1:111111111111:model-package/{name}/1"
    user.commit(packaged(name, package))

    for verb in ("plan", "apply"):
        answer = user.run(verb)
        assert answer.code == 3
        assert package in answer.err
    assert nothing_was_made(user, name)


def test_one_bad_config_holds_all_back(user: User, name: str) -> None:
    """A repository is deployed whole or not at all, so the good neighbour waits too."""
    user.commit(model(f"{name}-good"), model(f"{name}-bad", model_artifact_location="no.tar.gz"))

    assert user.run("apply").code == 3
    assert nothing_was_made(user, f"{name}-good")
