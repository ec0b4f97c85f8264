"""What is said about steps of pipelines that are loops, clusters, records and clean-ups.

Each function says one thing; its docstring is what `mlops-gitops explain` prints.
"""

from collections.abc import Sequence

from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Severity


def unknown_variable(name: str, known: Sequence[str]) -> Said:
    """MG401: A reference names something that an execution does not know of itself.

    Wrong:
        {"Get": "Execution.PipelineId"}

    Right:
        {"Get": "Execution.PipelineExecutionId"}
    """
    message = f"Executions have no variable {quoted(name)}."
    return Said("MG401", message, f"There are these: {', '.join(known)}.")


def cluster_choice(found: int) -> Said:
    """MG412: An EMR step names no cluster, or two.

    Wrong:
        {"type": "emr", "cluster_id": "j-1ABCDEFG2HIJK", "cluster_config": {...}, ...}

    Right:
        {"type": "emr", "cluster_id": "j-1ABCDEFG2HIJK", ...}
    """
    message = "The step names no cluster." if not found else "The step names two clusters."
    hint = "Write cluster_id of a cluster that runs, or cluster_config of a new one."
    return Said("MG412", message, hint)


def cluster_member(name: str) -> Said:
    """MG413: The configuration of a new EMR cluster has a member that SageMaker fills.

    These are `Name`, `Steps` and `AutoTerminationPolicy`, and of `Instances`
    `KeepJobFlowAliveWhenNoSteps` and `TerminationProtected`: the cluster is made for the step, and
    ended after it.

    Wrong:
        {"cluster_config": {"Name": "prepare", "Instances": {...}, ...}}

    Right:
        {"cluster_config": {"Instances": {...}, ...}}
    """
    return Said("MG413", f"{quoted(name)} is SageMaker's to fill.", "Delete it.")


def cluster_instances(why: str) -> Said:
    """Say that a new cluster does not say its instances as it has to."""
    return Said("MG413", why, "Write Instances with InstanceGroups or InstanceFleets.")


def runtime_role() -> Said:
    """MG414: An EMR step has a runtime role, but a cluster of its own.

    Steps have a role of their own on a cluster that runs; a new cluster has `JobFlowRole`.

    Wrong:
        {"type": "emr", "cluster_config": {...}, "execution_role_arn": "arn:aws:iam::...", ...}

    Right:
        {"type": "emr", "cluster_id": "j-1ABCDEFG2HIJK", "execution_role_arn": "arn:aws:iam::..."}
    """
    message = "A runtime role goes with cluster_id."
    return Said("MG414", message, "Delete execution_role_arn, or name a cluster that runs.")


def many_pending() -> Said:
    """MG415: Too many steps on a running EMR cluster make an execution fail.

    At most 256 steps may be pending on a cluster; one more fails. With a retry policy the step is
    tried again instead.

    Wrong:
        {"type": "emr", "cluster_id": "j-1ABCDEFG2HIJK", "jar": "s3://..."}

    Right:
        {"type": "emr", "cluster_id": "j-1ABCDEFG2HIJK", "jar": "s3://...",
         "retry_policies": [{"exceptions": ["Emr.RESOURCE_LIMIT"], "interval_seconds": 60}]}
    """
    message = "Where 256 steps are pending on the cluster, this step fails at once."
    hint = "Add retry_policies for Emr.RESOURCE_LIMIT, so that it is tried again."
    return Said("MG415", message, hint, Severity.WARNING)


def application_choice(found: int) -> Said:
    """MG416: An EMR Serverless step names no application, or two.

    Wrong:
        {"type": "emr_serverless", "job_driver": {...}, ...}

    Right:
        {"type": "emr_serverless", "application_id": "00fabcdefghijk01", "job_driver": {...}, ...}
    """
    message = "The step names no application." if not found else "The step names two applications."
    hint = "Write application_id of one that is there, or application_config of a new one."
    return Said("MG416", message, hint)


def nothing_recorded(step: str) -> Said:
    """MG417: A lineage step records nothing, or joins what it does not record.

    Ends of associations are actions, artifacts and contexts of the same step by their names, or
    anything that is there by its ARN.

    Wrong:
        {"artifacts": [{"name": "model", ...}],
         "associations": [{"source": {"action": "train"}, "destination": {"artifact": "model"}}]}

    Right:
        {"actions": [{"name": "train", ...}], "artifacts": [{"name": "model", ...}],
         "associations": [{"source": {"action": "train"}, "destination": {"artifact": "model"}}]}
    """
    message = f"Step {quoted(step)} records nothing."
    return Said("MG417", message, "Add actions, artifacts, contexts or associations.")


def not_recorded(kind: str, name: str) -> Said:
    """Say that an association ends at nothing."""
    message = f"The step records no {kind} {quoted(name)}."
    return Said("MG417", message, f"Add it to {kind}s, or write the ARN of one that is there.")


def not_in_loop(kind: str) -> Said:
    """MG419: A step cannot stand inside of a for_each.

    Conditions, Fail steps and other loops cannot.

    Wrong:
        {"type": "for_each", "steps": [{"type": "condition", ...}], ...}

    Right:
        {"type": "for_each", "steps": [{"type": "lambda", ...}], ...}
    """
    message = f"Steps of type {kind} cannot stand inside of a ForEach."
    return Said("MG419", message, "Move it out of the loop.")


def item_outside() -> Said:
    """MG420: A reference to the current item stands outside of a for_each.

    Wrong:
        {"name": "train", "inputs": {"region": {"Get": "ForEach.CurrentItem"}}, ...}

    Right:
        {"type": "for_each", "items": ["north", "south"],
         "steps": [{"name": "train", "inputs": {"region": {"Get": "ForEach.CurrentItem"}}}], ...}
    """
    message = "There is no current item here: the step is in no ForEach."
    return Said("MG420", message, "Move the step into a for_each, or refer to a parameter.")


def wrong_selection(name: str, known: Sequence[str]) -> Said:
    """MG421: What a for_each selects by is no output of a step inside of it.

    `IterationOutput.STEP.PROPERTY` stands in the selection only, and STEP is inside of the loop.

    Wrong:
        {"type": "for_each", "steps": [{"name": "score", ...}],
         "select": {"pick": "MinBy", "field": "IterationOutput.train.OutputParameters['rmse']"}}

    Right:
        {"type": "for_each", "steps": [{"name": "score", ...}],
         "select": {"pick": "MinBy", "field": "IterationOutput.score.OutputParameters['rmse']"}}
    """
    message = f"No step {quoted(name)} is inside of this loop."
    return Said("MG421", message, f"There are these: {', '.join(known)}." if known else _ITERATION)


def iteration_name(name: str, body: str) -> Said:
    """MG422: A step has the name that SageMaker gives to an iteration of another one.

    Iterations of a step inside of a loop are called STEP-0, STEP-1 and so on.

    Wrong:
        a step "score-1", and a step "score" inside of a for_each

    Right:
        a step "score_again", and a step "score" inside of a for_each
    """
    message = f"{quoted(name)} is also what an iteration of {quoted(body)} is called."
    return Said("MG422", message, "Give one of them another name.")


def inside_of_loop(name: str, loop: str) -> Said:
    """MG423: A step refers to a step inside of a for_each that it is not in.

    Such a step runs once for each item. From outside, refer to the loop:
    `Steps.LOOP.IterationOutputs[0].STEP.PROPERTY` or `Steps.LOOP.Selected.PROPERTY`.

    Wrong:
        {"Get": "Steps.score.OutputParameters['rmse']"} outside of the loop

    Right:
        {"Get": "Steps.each_region.IterationOutputs[0].score.OutputParameters['rmse']"}
    """
    message = f"{quoted(name)} runs once for each item of {quoted(loop)}."
    return Said("MG423", message, f"Refer to or depend on {quoted(loop)}.")


def nothing_to_clean(name: str, kind: str) -> Said:
    """MG424: A cleanup does not say what of a step's output it deletes.

    SageMaker finds the output of training steps by itself. Of processing and transform steps the
    objects are named, and other steps have no output that could be deleted.

    Wrong:
        {"type": "cleanup", "sources": [{"step": "prepare"}]}

    Right:
        {"type": "cleanup", "sources": [{"step": "prepare", "s3_uris": ["s3://..."]}]}
    """
    if kind in {"Processing", "Transform"}:
        message = f"{quoted(name)} is a {kind} step, of which objects are named."
        return Said("MG424", message, "Add s3_uris.")
    message = f"{quoted(name)} is a {kind} step, which has no output to delete."
    return Said("MG424", message, "Name training, processing or transform steps.")


_ITERATION = "IterationOutput stands in the selection of a for_each only."
