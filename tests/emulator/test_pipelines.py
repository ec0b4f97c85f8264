"""SageMaker's pipelines on a running embedded AWS: executions are run, and told of as AWS does."""

import json
from pathlib import Path
from typing import Any

import embedded_stacks as stacks
import pytest
from embedded_aws import DEV, client, embedded_aws
from emulator.job_requests import BUCKET, ROLE, prepare
from emulator.pipeline_runs import definition, ended, made, ready, refused, run

from mlops_gitops.emulator.lifecycle import Running


@pytest.fixture(scope="module")
def sagemaker(jobs_aws: Running) -> Any:
    """SageMaker of dev."""
    return ready(jobs_aws)


def test_an_execution_does_what_its_steps_say(aws: Running, sagemaker: Any) -> None:
    """Scripts run over what is in S3, outputs are in S3, and conditions read them."""
    done = run(sagemaker, made(sagemaker, "counts"))

    arn = done["PipelineExecutionArn"]
    listed = sagemaker.list_pipeline_execution_steps(
        PipelineExecutionArn=arn, SortOrder="Ascending"
    )
    steps = {each["StepName"]: each for each in listed["PipelineExecutionSteps"]}
    key = f"out/{arn.rpartition('/')[2]}/report.json"
    report = client(aws, "s3", DEV).get_object(Bucket=BUCKET, Key=key)["Body"].read()
    assert done["PipelineExecutionStatus"] == "Succeeded"
    assert json.loads(report) == {"rows": 3}
    assert {name: each["StepStatus"] for name, each in steps.items()} == {
        "count": "Succeeded",
        "gate": "Succeeded",
    }
    assert ":processing-job/pipelines-" in steps["count"]["Metadata"]["ProcessingJob"]["Arn"]
    assert steps["gate"]["Metadata"]["Condition"]["Outcome"] == "True"
    assert steps["count"]["StartTime"] <= steps["count"]["EndTime"]


def test_a_stop_stops_and_is_refused_after_the_end(aws: Running, sagemaker: Any) -> None:
    """A script is told to end; what has ended is not stopped."""
    sleeps = b"import time\nprint('begun', flush=True)\ntime.sleep(60)\n"
    client(aws, "s3", DEV).put_object(Bucket=BUCKET, Key="slow/count.py", Body=sleeps)
    text = definition().replace(f"s3://{BUCKET}/code", f"s3://{BUCKET}/slow")
    sagemaker.create_pipeline(PipelineName="slow", PipelineDefinition=text, RoleArn=ROLE)
    arn = sagemaker.start_pipeline_execution(PipelineName="slow")["PipelineExecutionArn"]
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="s" * 32)

    assert ended(sagemaker, arn)["PipelineExecutionStatus"] == "Stopped"
    assert "cannot be stopped" in refused(
        sagemaker.stop_pipeline_execution, PipelineExecutionArn=arn, ClientRequestToken="s" * 32
    )


def test_a_fail_step_ends_it_for_good(sagemaker: Any) -> None:
    """The message is the reason, and such an execution is not retried."""
    name = made(sagemaker, "few-rows")
    done = run(sagemaker, name, PipelineParameters=[{"Name": "least", "Value": "9"}])

    arn = done["PipelineExecutionArn"]
    parameters = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    assert (done["PipelineExecutionStatus"], done["FailureReason"]) == ("Failed", "Too few rows.")
    assert parameters["PipelineParameters"] == [{"Name": "least", "Value": "9"}]
    assert "cannot be retried" in refused(
        sagemaker.retry_pipeline_execution, PipelineExecutionArn=arn
    )


def test_what_failed_is_retried(aws: Running, sagemaker: Any) -> None:
    """A step without data fails as it does on SageMaker; with the data there, a retry succeeds."""
    done = run(sagemaker, made(sagemaker, "later", raw="later"))
    arn = done["PipelineExecutionArn"]
    listed = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)
    (failed,) = listed["PipelineExecutionSteps"]

    client(aws, "s3", DEV).put_object(Bucket=BUCKET, Key="later/a.txt", Body=b"1\n2\n")
    sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn)

    assert done["PipelineExecutionStatus"] == "Failed"
    assert "there are no objects at s3://" in failed["FailureReason"]
    assert ended(sagemaker, arn)["PipelineExecutionStatus"] == "Succeeded"


def test_a_token_starts_once(sagemaker: Any) -> None:
    """A request that is repeated gives the execution that it started."""
    name, token = made(sagemaker, "once"), "t" * 32
    first = run(sagemaker, name, ClientRequestToken=token)
    again = run(sagemaker, name, ClientRequestToken=token)

    listed = sagemaker.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]
    assert first["PipelineExecutionArn"] == again["PipelineExecutionArn"]
    assert [each["PipelineExecutionStatus"] for each in listed] == ["Succeeded"]


def test_selected_steps_take_the_rest_from_before(sagemaker: Any) -> None:
    """Only what is selected runs; what it refers to is another execution's."""
    name = made(sagemaker, "selected")
    first = run(sagemaker, name)
    config = {
        "SourcePipelineExecutionArn": first["PipelineExecutionArn"],
        "SelectedSteps": [{"StepName": "gate"}],
    }
    done = run(sagemaker, name, SelectiveExecutionConfig=config)

    listed = sagemaker.list_pipeline_execution_steps(
        PipelineExecutionArn=done["PipelineExecutionArn"]
    )
    assert done["PipelineExecutionStatus"] == "Succeeded"
    assert [each["StepName"] for each in listed["PipelineExecutionSteps"]] == ["gate"]


def test_what_sagemaker_refuses_is_refused(sagemaker: Any) -> None:
    """Taken names, unknown pipelines and parameters, definitions that are none."""
    name = made(sagemaker, "strict")
    wrong = [{"Name": "most", "Value": "1"}]

    assert "names must be unique within an AWS account" in refused(
        sagemaker.create_pipeline, PipelineName=name, PipelineDefinition=definition(), RoleArn=ROLE
    )
    assert refused(sagemaker.start_pipeline_execution, PipelineName="nobody").startswith(
        "ResourceNotFound: "
    )
    assert refused(
        sagemaker.start_pipeline_execution, PipelineName=name, PipelineParameters=wrong
    ).startswith("ValidationException: The pipeline has no parameter most")
    assert "Unable to parse pipeline definition" in refused(
        sagemaker.update_pipeline, PipelineName=name, PipelineDefinition="no json"
    )


def test_cloudformation_makes_and_changes_pipelines(aws: Running, sagemaker: Any) -> None:
    """A stack's pipeline is there, is changed in place, and goes with its stack."""
    template: dict[str, Any] = {
        "Resources": {
            "P": {
                "Type": "AWS::SageMaker::Pipeline",
                "Properties": {
                    "PipelineName": "of-a-stack",
                    "PipelineDefinition": {"PipelineDefinitionBody": definition()},
                    "RoleArn": ROLE,
                    "ParallelismConfiguration": {"MaxParallelExecutionSteps": "3"},
                },
            }
        },
        "Outputs": {"Name": {"Value": {"Ref": "P"}}},
    }
    cloudformation = client(aws, "cloudformation", DEV)
    first = stacks.create(cloudformation, "with-pipeline", template)
    before = sagemaker.describe_pipeline(PipelineName="of-a-stack")
    body = {"PipelineDefinitionBody": definition("later")}
    template["Resources"]["P"]["Properties"]["PipelineDefinition"] = body
    stacks.update(cloudformation, "with-pipeline", template)
    after = sagemaker.describe_pipeline(PipelineName="of-a-stack")
    stacks.delete(cloudformation, "with-pipeline")

    assert first["out"] == {"Name": "of-a-stack"}
    assert before["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 3}
    assert before["PipelineDefinition"] != after["PipelineDefinition"]
    assert "ResourceNotFound" in refused(sagemaker.describe_pipeline, PipelineName="of-a-stack")


def test_an_execution_outlives_a_restart(tmp_path: Path) -> None:
    """What was under way is run again, and what had ended is still known."""
    with embedded_aws(tmp_path) as aws:
        prepare(aws)
        sagemaker = ready(aws)
        known = run(sagemaker, made(sagemaker, "restarted"))
        late = sagemaker.start_pipeline_execution(PipelineName="restarted")["PipelineExecutionArn"]

    with embedded_aws(tmp_path) as aws:
        sagemaker = client(aws, "sagemaker", DEV)
        assert ended(sagemaker, known["PipelineExecutionArn"])["CreationTime"]
        assert ended(sagemaker, late)["PipelineExecutionStatus"] == "Succeeded"
