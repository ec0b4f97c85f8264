"""What is said about steps of pipelines that are about models, functions and checks.

Each function says one thing; its docstring is what `mlops-gitops explain` prints.
"""

from collections.abc import Sequence

from mlops_gitops.config.said import Said, listed, quoted


def not_retried(exception: str, kind: str) -> Said:
    """MG400: A step is to be retried after a failure that it cannot have.

    Models and their registrations are made by one call, not by a job, so only failures of the step
    itself are retried.

    Wrong:
        {"type": "create_model", "retry_policies": [{"exceptions": ["SageMaker.CAPACITY_ERROR"]}]}

    Right:
        {"type": "create_model", "retry_policies": [{"exceptions": ["Step.THROTTLING"]}]}
    """
    message = f"Steps of type {kind} run no job, so {quoted(exception)} does not happen to them."
    return Said("MG400", message, "Write Step.SERVICE_FAULT or Step.THROTTLING.")


def model_missing(step: str) -> Said:
    """MG402: A step does not say what its model is made of, or says it twice.

    A model is one container, with `model_data` and an image, or several in `containers`, which
    requests go through in their order.

    Wrong:
        {"type": "create_model", "framework": "xgboost", "framework_version": "1.7-1", ...}

    Right:
        {"type": "create_model", "framework": "xgboost", "framework_version": "1.7-1",
         "model_data": {"model_of": "train"}, ...}
    """
    message = f"Step {quoted(step)} says no model artifact."
    return Said("MG402", message, "Add model_data, or containers with model_data each.")


def model_twice(key: str) -> Said:
    """Say that a step has containers and something of a single one."""
    message = f"The step has containers, so {key} says nothing."
    return Said("MG402", message, f"Move {key} into a container, or delete containers.")


def no_check(name: str) -> Said:
    """MG403: A registration names a check that is none.

    `checks` takes names of `clarify_check` and `quality_check` steps, whose baselines are
    registered with the model.

    Wrong:
        {"type": "register_model", "checks": ["train"], ...}

    Right:
        {"type": "register_model", "checks": ["data_quality"], ...}
    """
    message = f"{quoted(name)} is no clarify_check or quality_check step."
    return Said("MG403", message, "Name steps of these types, or write drift_check_baselines.")


def scaling_range(least: int, most: int) -> Said:
    """MG404: An endpoint is to scale between more instances than at most.

    Wrong:
        {"autoscaling": {"min_capacity": 4, "max_capacity": 1, "invocations_per_instance": 1000}}

    Right:
        {"autoscaling": {"min_capacity": 1, "max_capacity": 4, "invocations_per_instance": 1000}}
    """
    message = f"min_capacity is {least}, and max_capacity {most}."
    return Said("MG404", message, "Write a larger max_capacity, or a smaller min_capacity.")


def nested_value(name: str, kind: str) -> Said:
    """MG405: An input of a callback or of a Lambda function is not one value.

    Inputs are texts, numbers, truth values (callbacks only) and references. What is nested arrives
    as one text, and references to parts of it fail.

    Wrong:
        {"Type": "Callback", "Arguments": {"data": {"train": "s3://..."}}}

    Right:
        {"Type": "Callback", "Arguments": {"train": "s3://..."}}
    """
    message = f"Input {quoted(name)} of a {kind} step has to be one value."
    return Said("MG405", message, "Write a text, a number or a reference, nothing nested.")


def function_missing(step: str) -> Said:
    """MG406: A Lambda step names no function, or two.

    It calls a function that is there (`function`), or a new one of the stack: `function_name`,
    `role`, `handler`, and `script` or `zip`.

    Wrong:
        {"name": "split", "type": "lambda", "function_name": "split", "script": "split.py"}

    Right:
        {"name": "split", "type": "lambda", "function_name": "split", "script": "split.py",
         "handler": "split.handler", "role": "split"}
    """
    message = f"Step {quoted(step)} says no function."
    return Said("MG406", message, "Add function, or what a new function needs.")


def function_lacks(members: Sequence[str]) -> Said:
    """Say what is missing of a new function."""
    message = f"A new function needs {listed(members)}."
    return Said("MG406", message, "Add it." if len(members) == 1 else "Add them.")


def function_both(key: str) -> Said:
    """Say that a step names a function and makes one."""
    message = f"The function is there, so {key} says nothing."
    return Said("MG406", message, f"Delete {key}, or function.")


def code_both() -> Said:
    """Say that a new function has two codes."""
    return Said("MG406", "Both script and zip are the function's code.", "Delete one of them.")


def function_elsewhere(region: str, own: str) -> Said:
    """MG407: A Lambda step calls a function of another region.

    Wrong:
        {"function": "arn:aws:lambda:eu-west-1:222222222222:function:split"} in us-east-1

    Right:
        {"function": "arn:aws:lambda:us-east-1:222222222222:function:split"}
    """
    message = f"The function is in {region}, the pipeline in {own}."
    return Said("MG407", message, f"Name a function of {own}.")


def no_handler(handler: str, why: str) -> Said:
    """MG408: The handler of a new Lambda function is not in its code.

    The handler is `FILE.FUNCTION`: the name of a Python file without `.py`, and of a function that
    is defined in it.

    Wrong:
        {"script": "split.py", "handler": "main.handler"}

    Right:
        {"script": "split.py", "handler": "split.handler"}
    """
    hint = "Write FILE.FUNCTION as they are in the code."
    return Said("MG408", f"There is no handler {quoted(handler)}: {why}.", hint)


def function_differs(name: str) -> Said:
    """MG409: Two Lambda steps make functions of one name that differ.

    Wrong:
        two steps with "function_name": "split" and different scripts

    Right:
        the same script in both, or two names
    """
    message = f"Another step makes a function {quoted(name)} that differs."
    return Said("MG409", message, "Give one of them another function_name.")


def check_kinds(kinds: Sequence[str], found: int) -> Said:
    """MG410: A check has no type, or several.

    Wrong:
        {"type": "quality_check", "data_quality": {}, "model_quality": {...}, ...}

    Right:
        {"type": "quality_check", "data_quality": {}, ...}
    """
    message = f"A check is exactly one of {listed(kinds, 'or')}; this one has {found}."
    return Said("MG410", message, "Add one of them." if not found else "Make several steps of it.")


def no_baseline(kind: str) -> Said:
    """MG411: A check needs an earlier baseline, and there is none.

    Unless both `skip_check` and `register_new_baseline` are true, something is compared with, or
    taken over from, an earlier baseline: the one that is supplied, else that of the latest approved
    version in the model package group.

    Wrong:
        {"type": "quality_check", "skip_check": false, "register_new_baseline": true, ...}

    Right:
        {"type": "quality_check", "skip_check": false, "register_new_baseline": true,
         "model_package_group_name": "abalone", ...}
    """
    message = "skip_check or register_new_baseline is false, so there has to be a baseline."
    return Said("MG411", message, f"Add model_package_group_name, or {kind}.")


def no_baseline_to_watch(kind: str) -> Said:
    """Say that a monitored transform has no baseline."""
    message = "A monitored transform is compared with an earlier baseline."
    return Said("MG411", message, f"Add {kind}.")


def checked_too_early() -> Said:
    """MG418: A check runs before the transform that it needs.

    Data quality and explainability can be checked before a transform; what the model answered, only
    after it.

    Wrong:
        {"type": "monitor_batch_transform", "monitor_before_transform": true,
         "quality": {"model_quality": {...}, ...}, ...}

    Right:
        {"type": "monitor_batch_transform", "quality": {"model_quality": {...}, ...}, ...}
    """
    message = "Only data_quality and explainability can be checked before the transform."
    return Said("MG418", message, "Delete monitor_before_transform.")


def check_choice(found: int) -> Said:
    """Say that a monitored transform has no check, or two."""
    message = f"A monitored transform has exactly one of quality or clarify; this one has {found}."
    return Said("MG410", message, "Write one of them.")
