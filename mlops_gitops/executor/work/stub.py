"""Steps whose work exists on AWS only: labelled stand-ins, in shapes that references follow."""

import json

from mlops_gitops.executor.storage import BadUri
from mlops_gitops.executor.work.desk import (
    Desk,
    Done,
    How,
    Object,
    StepFailed,
    an_object,
    text,
)


def stubbed(desk: Desk, why: str, properties: Object, metadata: Object) -> Done:
    """Hand back a stand-in.

    Args:
        desk: what the step has.
        why: why nothing was done.
        properties: what `Describe*` would add to the request.
        metadata: what the list of steps would say.
    """
    whole: Object = {**desk.arguments, **properties}
    return Done(properties=whole, metadata=metadata, how=How.STUBBED, why=why)


def auto_ml(desk: Desk) -> Done:
    """Stand in for AutoML: a best candidate with one container."""
    why = "AutoML runs on AWS only."
    name, arn = desk.short_name, desk.arn("automl-job", desk.short_name)
    output = text(an_object(desk.arguments.get("OutputDataConfig")).get("S3OutputPath"))
    folder = f"{output.rstrip('/') or 's3://local'}/{name}"
    desk.writer.put_text(f"{folder}/model.tar.gz", f"STUBBED: {why}\n")
    container: Object = {
        "Image": "stubbed",
        "ModelDataUrl": f"{folder}/model.tar.gz",
        "Environment": {},
    }
    best: Object = {
        "CandidateName": f"{name}-stub",
        "CandidateStatus": "Completed",
        "InferenceContainers": [container],
        "FinalAutoMLJobObjectiveMetric": {"MetricName": "stubbed", "Value": 0.0},
        "CandidateProperties": {
            "CandidateArtifactLocations": {
                "Explainability": f"{folder}/explainability",
                "ModelInsights": f"{folder}/insights",
            }
        },
    }
    properties: Object = {
        "AutoMLJobName": name,
        "AutoMLJobArn": arn,
        "AutoMLJobStatus": "Completed",
        "BestCandidate": best,
        "BestCandidateProperties": {
            "ModelInsightsJsonReportPath": f"{folder}/insights/statistics.json",
            "ExplainabilityJsonReportPath": f"{folder}/explainability/analysis.json",
        },
    }
    return stubbed(desk, why, properties, {"AutoMLJob": {"Arn": arn}})


def transform(desk: Desk) -> Done:
    """Stand in for a batch transform: one output for each input, that says what it is.

    Raises:
        StepFailed: there is no input.
    """
    why = "A batch transform serves a model from its image, which does not run here."
    source = an_object(an_object(desk.arguments.get("TransformInput")).get("DataSource"))
    uri = text(an_object(source.get("S3DataSource")).get("S3Uri"))
    output = text(an_object(desk.arguments.get("TransformOutput")).get("S3OutputPath")).rstrip("/")
    try:
        found = desk.writer.storage.objects(uri)
        for name in found:
            desk.writer.put_text(f"{output}/{name}.out", f"STUBBED: {why}\n")
    except BadUri as error:
        raise StepFailed(f"ClientError: {error}") from error
    if not found:
        raise StepFailed(f"ClientError: Data download failed: there are no objects at {uri}.")
    arn = desk.arn("transform-job", desk.job)
    properties: Object = {
        "TransformJobName": desk.job,
        "TransformJobArn": arn,
        "TransformJobStatus": "Completed",
    }
    return stubbed(desk, why, properties, {"TransformJob": {"Arn": arn}})


def check(desk: Desk) -> Done:
    """Stand in for ClarifyCheck and QualityCheck: no violation, and a baseline that says so."""
    why = f"{text(desk.step.get('Type'))} analyses data on AWS only; it reports no violation here."
    config = an_object(desk.arguments.get("ProcessingOutputConfig"))
    outputs = config.get("Outputs")
    first = an_object(outputs[0]) if isinstance(outputs, list) and outputs else {}
    folder = text(an_object(first.get("S3Output")).get("S3Uri")).rstrip("/") or (
        f"s3://local/{desk.house.identity.execution}/{desk.name}"
    )
    made: Object = {}
    for kind in ("Constraints", "Statistics"):
        uri = f"{folder}/{kind.lower()}.json"
        desk.writer.put_text(uri, json.dumps({"version": 0.0, "stubbed": why}))
        supplied = text(desk.step.get(f"SuppliedBaseline{kind}"))
        made[f"CalculatedBaseline{kind}"] = uri
        made[f"BaselineUsedForDriftCheck{kind}"] = supplied or uri
    arn = desk.arn("processing-job", desk.job)
    told: Object = {
        **made,
        "CheckType": text(desk.step.get("CheckType")),
        "CheckJobArn": arn,
        "ModelPackageGroupName": text(desk.step.get("ModelPackageGroupName")),
    }
    return stubbed(desk, why, made, {text(desk.step.get("Type")): told})


def emr(desk: Desk) -> Done:
    """Stand in for a step on an EMR cluster."""
    cluster = text(desk.arguments.get("ClusterId")) or "j-STUBBED000000"
    told: Object = {"ClusterId": cluster, "StepId": "s-STUBBED000000", "StepName": desk.name}
    return stubbed(desk, "EMR runs on AWS only.", told, {"EMR": told})


def emr_serverless(desk: Desk) -> Done:
    """Stand in for a job of EMR Serverless."""
    application = text(desk.arguments.get("ApplicationId")) or "stubbed"
    properties: Object = {"ApplicationId": application, "JobRunId": "stubbed"}
    return stubbed(desk, "EMR Serverless runs on AWS only.", properties, {})


def endpoint_config(desk: Desk) -> Done:
    """Stand in for the configuration of an endpoint; the service adds to its name."""
    given = text(desk.arguments.get("EndpointConfigName")) or desk.name
    name = f"{given}-{desk.job.rpartition('-')[2]}"
    arn = desk.arn("endpoint-config", name.lower())
    properties: Object = {"EndpointConfigName": name, "EndpointConfigArn": arn}
    why = "An endpoint exists on AWS only."
    return stubbed(desk, why, properties, {"EndpointConfig": {"Arn": arn}})


def endpoint(desk: Desk) -> Done:
    """Stand in for an endpoint."""
    name = text(desk.arguments.get("EndpointName")) or desk.name
    arn = desk.arn("endpoint", name.lower())
    properties: Object = {"EndpointArn": arn, "EndpointStatus": "InService"}
    return stubbed(desk, "An endpoint exists on AWS only.", properties, {"Endpoint": {"Arn": arn}})


def inference_component(desk: Desk) -> Done:
    """Stand in for a component of an endpoint."""
    name = text(desk.arguments.get("InferenceComponentName")) or desk.name
    arn = desk.arn("inference-component", name.lower())
    properties: Object = {"InferenceComponentArn": arn, "InferenceComponentStatus": "InService"}
    why = "An endpoint exists on AWS only."
    return stubbed(desk, why, properties, {"InferenceComponent": {"Arn": arn}})


def lineage(desk: Desk) -> Done:
    """Stand in for lineage: nothing is tracked."""
    told: Object = {"ActionArns": {}, "ArtifactArns": {}, "ContextArns": {}, "Associations": []}
    return stubbed(desk, "Lineage is tracked on AWS only.", told, {"Lineage": told})


def anything(desk: Desk) -> Done:
    """Stand in for a step of any other type."""
    kind = text(desk.step.get("Type"))
    return stubbed(desk, f"Steps of type {kind} run on AWS only.", {}, {})
