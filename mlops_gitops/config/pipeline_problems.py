"""What is said about the steps of SageMaker pipelines, whatever their kind.

Each function says one thing; its docstring is what `mlops-gitops explain` prints.
"""

from collections.abc import Sequence

from mlops_gitops.config.said import Said, listed, nearest, quoted
from mlops_gitops.problems import Severity

_FEW = 12


def duplicate_step(name: str) -> Said:
    """MG300: Two steps have one name.

    A name is how other steps refer to a step, so none is given twice, in branches of conditions
    neither.

    Wrong:
        {"steps": [{"name": "train", ...}, {"name": "train", ...}]}

    Right:
        {"steps": [{"name": "train", ...}, {"name": "stop", ...}]}
    """
    return Said("MG300", f"Two steps are called {quoted(name)}.", "Give one of them another name.")


def unknown_step_type(kind: str, known: Sequence[str]) -> Said:
    """MG301: The type of a step in the definition's spelling is not known here.

    It is deployed as it is written, unchecked: SageMaker may know types that this version of
    mlops-gitops does not.

    Wrong:
        {"Name": "train", "Type": "Trainning", "Arguments": {...}}

    Right:
        {"Name": "train", "Type": "Training", "Arguments": {...}}
    """
    close = nearest(kind, known)
    hint = f"Did you mean {quoted(close)}?" if close else "It is deployed as it is, unchecked."
    message = f"Step type {quoted(kind)} is not known."
    return Said("MG301", message, hint, Severity.WARNING)


def bad_reference(why: str) -> Said:
    """MG302: A reference cannot be read.

    Wrong:
        {"Get": "Step.train.ModelArtifacts.S3ModelArtifacts"}

    Right:
        {"Get": "Steps.train.ModelArtifacts.S3ModelArtifacts"}
    """
    return Said(
        "MG302", why, "References: Parameters.NAME, Execution.VARIABLE, Steps.NAME.PROPERTY."
    )


def unknown_parameter(name: str, known: Sequence[str]) -> Said:
    """MG303: A step refers to a parameter that the pipeline does not have.

    Wrong:
        {"parameters": {"input_data": "s3://..."}, "steps": [... {"parameter": "input_dat"} ...]}

    Right:
        {"parameters": {"input_data": "s3://..."}, "steps": [... {"parameter": "input_data"} ...]}
    """
    message = f"The pipeline has no parameter {quoted(name)}."
    return Said("MG303", message, _known("parameters", name, known))


def unknown_step(name: str, known: Sequence[str]) -> Said:
    """MG304: A step refers to a step, or comes after one, that the pipeline does not have.

    Wrong:
        {"name": "evaluate", "type": "processing", "depends_on": ["trian"], ...}

    Right:
        {"name": "evaluate", "type": "processing", "depends_on": ["train"], ...}
    """
    return Said("MG304", f"There is no step {quoted(name)}.", _known("steps", name, known))


def unknown_property(text: str, part: str, known: Sequence[str]) -> Said:
    """MG305: A reference names something that the other step is not described with.

    The path after a step's name follows what its job is described as: `DescribeTrainingJob` for a
    training step, and so on.

    Wrong:
        {"Get": "Steps.train.ModelArtifacts.S3ModelArtifact"}

    Right:
        {"Get": "Steps.train.ModelArtifacts.S3ModelArtifacts"}
    """
    message = f"{quoted(text)}: there is no {quoted(part)}."
    return Said("MG305", message, _known("members", part, known))


def unknown_property_file(step: str, name: str, known: Sequence[str]) -> Said:
    """MG306: A reference names a property file that the other step does not have.

    Wrong:
        {"property": {"step": "evaluate", "file": "raport", "path": "rmse"}}

    Right:
        {"property": {"step": "evaluate", "file": "report", "path": "rmse"}}
    """
    message = f"Step {quoted(step)} has no property file {quoted(name)}."
    return Said("MG306", message, _known("property files", name, known))


def cycle(names: Sequence[str]) -> Said:
    """MG307: Steps wait for each other.

    Wrong:
        "prepare" depends on "train", which refers to an output of "prepare"

    Right:
        "train" refers to an output of "prepare", which depends on nothing
    """
    message = f"These steps wait for each other: {listed(map(quoted, names))}."
    return Said("MG307", message, "Take one of the dependencies or references away.")


def after_fail(name: str) -> Said:
    """MG308: A step comes after a Fail step, or refers to one.

    A Fail step ends the execution, so nothing comes after it.

    Wrong:
        {"name": "clean", "type": "lambda", "depends_on": ["stop"], ...}

    Right:
        {"name": "clean", "type": "lambda", "depends_on": ["evaluate"], ...}
    """
    message = f"{quoted(name)} is a Fail step, which ends the execution: nothing comes after it."
    return Said("MG308", message, "Depend on the step before it, or on its condition.")


def wrong_request(why: str, hint: str) -> Said:
    """MG309: The arguments of a step are not what its job takes.

    They are held to the description of the API that SageMaker calls; references stand for any
    value. SageMaker fills the name of the job itself.

    Wrong:
        {"Name": "train", "Type": "Training", "Arguments": {"RoleARN": "..."}}

    Right:
        {"Name": "train", "Type": "Training", "Arguments": {"RoleArn": "...", ...}}
    """
    return Said("MG309", why, hint)


def unknown_member(name: str, what: str) -> Said:
    """MG310: Arguments of a step have a member that is not known here.

    Nothing with a similar name is known either, so it may be newer than this version of
    mlops-gitops; it is deployed as it is written.

    Wrong:
        {"Type": "Training", "Arguments": {..., "Colour": "blue"}}

    Right:
        {"Type": "Training", "Arguments": {...}}
    """
    message = f"{what} has no member {quoted(name)} that is known here."
    return Said("MG310", message, "It is deployed as it is, unchecked.", Severity.WARNING)


def too_large(size: int, limit: int) -> Said:
    """MG311: The definition is larger than what can be deployed.

    Wrong:
        a thousand steps with long scripts in their arguments

    Right:
        scripts in files beside the config, or two pipelines
    """
    message = f"The definition has {size:,} characters; {limit:,} can be deployed."
    return Said("MG311", message, "Put code into files, or make two pipelines of it.")


def no_retries(what: str, kind: str) -> Said:
    """MG312: A step asks for retries or a cache that steps of its type do not have.

    Conditions, Fail, Callback, Lambda, checks and endpoints are not retried, and conditions, Fail
    and models are not cached.

    Wrong:
        {"Name": "gate", "Type": "Condition", "CacheConfig": {...}, ...}

    Right:
        {"Name": "gate", "Type": "Condition", ...}
    """
    return Said("MG312", f"Steps of type {kind} have no {what}.", f"Delete {what} here.")


def wrong_default(name: str, why: str) -> Said:
    """MG313: The default of a parameter does not fit its type, its values or the stages.

    A default is a text, number or truth value, or an object that gives one for each stage.

    Wrong:
        {"Name": "max_rmse", "Type": "Float", "DefaultValue": "six"}

    Right:
        {"Name": "max_rmse", "Type": "Float", "DefaultValue": 6}
    """
    message = f"The default of parameter {quoted(name)} {why}."
    return Said("MG313", message, "Write a value of its type, or one for each stage.")


def wrong_parameter_name(name: str) -> Said:
    """MG314: The name of a parameter is not possible, or stands twice.

    Wrong:
        {"parameters": {"input data": "s3://acme-mlops-data/abalone/"}}

    Right:
        {"parameters": {"input_data": "s3://acme-mlops-data/abalone/"}}
    """
    message = f"{quoted(name)} cannot be the name of a parameter, or another one has it."
    return Said("MG314", message, "Write letters, digits, hyphens and underscores, each name once.")


def image_missing(step: str) -> Said:
    """MG315: A step does not say its image, says two, or one that SageMaker does not have.

    A job runs in a container: in an image of yours (`image_uri`), or in SageMaker's own of a
    framework (`framework` and `framework_version`).

    Wrong:
        {"name": "prepare", "type": "processing", "code": "prepare.py", ...}

    Right:
        {"name": "prepare", "type": "processing", "code": "prepare.py",
         "framework": "sklearn", "framework_version": "1.2-1", ...}
    """
    hint = "Add framework and framework_version, or image_uri."
    return Said("MG315", f"Step {quoted(step)} says no image.", hint)


def image_both() -> Said:
    """Say that a step names a framework and an image."""
    message = "Both framework and image_uri say which image it is."
    return Said("MG315", message, "Delete one of them.")


def image_unknown(framework: str, version: str, region: str) -> Said:
    """Say that there is no image of a framework whose URI follows from its version and region."""
    what = f"{framework} {version}".strip()
    message = f"There is no image of {quoted(what)} in {region} that is known by its version alone."
    return Said("MG315", message, "Look at the versions in docs/types, or write image_uri.")


def nothing_to_run(step: str) -> Said:
    """MG316: A step says nothing that its job could run, or two things.

    Wrong:
        {"name": "prepare", "type": "processing", "framework": "sklearn", ...}

    Right:
        {"name": "prepare", "type": "processing", "framework": "sklearn", "code": "prepare.py", ...}
    """
    message = f"Step {quoted(step)} says nothing that its job could run."
    return Said("MG316", message, "Add code or entrypoint.")


def two_to_run(one: str, other: str) -> Said:
    """Say that two members both tell what is run."""
    return Said("MG316", f"Both {one} and {other} say what is run.", "Delete one of them.")


def property_file_without_output(name: str, known: Sequence[str]) -> Said:
    """MG317: A property file is of an output that the step does not have.

    Wrong:
        {"outputs": {"report": {}}, "property_files": {"report": {"output": "raport", ...}}}

    Right:
        {"outputs": {"report": {}}, "property_files": {"report": {"output": "report", ...}}}
    """
    return Said("MG317", f"The step has no output {quoted(name)}.", _known("outputs", name, known))


def role_too_long(length: int, limit: int) -> Said:
    """MG318: The role of a pipeline would be longer than IAM takes.

    The stack's role names what its steps use: functions, queues, groups of models, repositories.
    All of that may have 10,240 characters. Names that begin alike are put together first.

    Wrong:
        200 steps of a pipeline that call functions whose names have nothing in common

    Right:
        {"role_arn": "arn:aws:iam::222222222222:role/forecast", "steps": [...], ...}
    """
    message = (
        f"The role for these steps has about {round(length, -2):,} characters of policies;"
        f" IAM takes {limit:,}."
    )
    hint = "Name a role of your own as role_arn, or make two pipelines of it."
    return Said("MG318", message, hint)


def unknown_exception(name: str, known: Sequence[str]) -> Said:
    """MG319: A retry policy names a failure that SageMaker does not know.

    Wrong:
        {"RetryPolicies": [{"ExceptionType": ["SageMaker.CAPACITY"]}], ...}

    Right:
        {"RetryPolicies": [{"ExceptionType": ["SageMaker.CAPACITY_ERROR"]}], ...}
    """
    message = f"No step is tried again after {quoted(name)}, for SageMaker knows no such failure."
    return Said("MG319", message, _known("failures", name, known))


def _known(what: str, name: str, known: Sequence[str]) -> str:
    close = nearest(name, known)
    if close is not None and close != name:
        return f"Did you mean {quoted(close)}?"
    if not known:
        return f"There are no {what}."
    more = f" and {len(known) - _FEW} more" if len(known) > _FEW else ""
    return f"There are these {what}: {', '.join(sorted(known)[:_FEW])}{more}."
