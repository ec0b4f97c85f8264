"""What was changed by hand on the embedded AWS is put back through the gate, or becomes git's."""

import json

from builders import ACCOUNTS
from e2e.test_drift import remove_gate
from e2e.user import User, eventually, full_name, model


def serve(user: User, name: str, stage: str) -> None:
    """Let an endpoint serve from a bigger instance, as its own console lets anybody."""
    sagemaker = user.aws("sagemaker", ACCOUNTS[stage])
    endpoint = f"{name}-{stage}"
    served = sagemaker.describe_endpoint_config(EndpointConfigName=configuration(user, name, stage))
    (variant,) = served["ProductionVariants"]
    sagemaker.create_endpoint_config(
        EndpointConfigName=f"{endpoint}-by-hand",
        ProductionVariants=[{**variant, "InstanceType": "ml.m5.xlarge"}],
        DataCaptureConfig=served["DataCaptureConfig"],
    )
    sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=f"{endpoint}-by-hand")
    eventually(
        lambda: sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointStatus"] == "InService"
    )


def configuration(user: User, name: str, stage: str) -> str:
    """Name the configuration that an endpoint serves."""
    sagemaker = user.aws("sagemaker", ACCOUNTS[stage])
    return str(sagemaker.describe_endpoint(EndpointName=f"{name}-{stage}")["EndpointConfigName"])


def gates(user: User, name: str) -> list[str]:
    """Name the stages of the delivery pipeline that have a gate."""
    pipeline = user.aws("codepipeline").get_pipeline(name=full_name(name))["pipeline"]
    return [
        stage["name"]
        for stage in pipeline["stages"]
        if any(action["name"] == "Approve" for action in stage["actions"])
    ]


def is_clean(user: User, name: str) -> bool:
    """Whether nothing of a workload drifted, and everything was compared."""
    return user.run("drift", name, "--detailed-exitcode").code == 0


def test_what_was_changed_by_hand_goes_back_through_the_gate(user: User, name: str) -> None:
    """A gate that is gone, a stage without one, and a stage with one: each the way it has."""
    user.commit(model(name))
    user.did("apply")
    user.lead(name, "staging", "prod")
    before = {stage: configuration(user, name, stage) for stage in ACCOUNTS}
    remove_gate(user, name)
    for stage in ("dev", "staging"):
        serve(user, name, stage)
    assert gates(user, name) == ["DeployProd"]

    assert user.run("drift", name, "--revert").code == 4  # nobody is asked without a terminal
    first = user.did("drift", name, "--revert", "--yes")
    assert "prepared at the gate" in first
    assert gates(user, name) == ["DeployStaging", "DeployProd"]
    assert configuration(user, name, "dev") == before["dev"]
    assert configuration(user, name, "staging") == f"{name}-staging-by-hand"

    again = user.did("drift", name, "--revert", "--yes")
    assert [line for line in again.splitlines() if "execution" in line] == [
        line for line in first.splitlines() if "execution" in line
    ]
    shown = user.run("approve", name)
    assert (shown.code, "~ Endpoint (AWS::SageMaker::Endpoint), changed by hand" in shown.out) == (
        4,
        True,
    )
    assert f"EndpointConfigName {name}-staging-by-hand -> {before['staging']}" in shown.out

    user.lead(name, "staging", "prod")
    assert {stage: configuration(user, name, stage) for stage in ACCOUNTS} == before
    assert is_clean(user, name)


def test_what_was_changed_by_hand_becomes_what_git_says(user: User, name: str) -> None:
    """A branch, a merge, an apply: git says it, it is deployed, and nothing drifted."""
    user.commit(model(name))
    user.did("apply")
    user.lead(name, "staging", "prod")
    serve(user, name, "prod")
    config = user.folder / name / "mlops-config.json"
    before = config.read_text(encoding="utf-8")

    told = user.did("drift", name, "--accept")

    (branch,) = [word for word in told.split() if word.startswith("mlops-gitops/accept-drift-")][:1]
    assert config.read_text(encoding="utf-8") == before
    user.git("merge", "-q", branch.rstrip(":,"))
    written = json.loads(config.read_text(encoding="utf-8"))
    assert written["inference_instance"] == {
        "dev": "ml.m5.large",
        "staging": "ml.m5.large",
        "prod": "ml.m5.xlarge",
    }
    changed = user.git("diff", "--stat", "HEAD~1").splitlines()[0]
    assert changed.strip().startswith(f"{name}/mlops-config.json")
    user.did("apply")
    user.lead(name, "staging", "prod")
    assert user.parameters(name, "prod")["InferenceInstance"] == "ml.m5.xlarge"
    assert is_clean(user, name)
