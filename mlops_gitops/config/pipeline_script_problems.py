"""What is said about pipelines that a Python script makes.

Each function says one thing; its docstring is what `mlops-gitops explain` prints.
"""

from collections.abc import Sequence

from mlops_gitops.config.said import Said, listed, printable, quoted

_FEW = 5
_LONGEST = 300
_MAKE = "python3 -m venv .venv-sagemaker && .venv-sagemaker/bin/pip install"
_SDK = "'sagemaker>=2.257.7,<3'"


def neither() -> Said:
    """MG380: A pipeline has neither steps nor a script, or more than a script leaves room for.

    `steps` declares what the pipeline does; `script` names a Python file that says so instead. With
    a script, parameters and the experiment are the script's, too.

    Wrong:
        {"script": "pipeline.py", "steps": [...]}

    Right:
        {"script": "pipeline.py"}
    """
    return Said("MG380", "The pipeline has neither steps nor a script.", "Add one of the two.")


def both(other: str) -> Said:
    """Say that something is declared that the script says."""
    message = f"Both script and {other} say what the pipeline is."
    return Said("MG380", message, "Delete one of them.")


def without_script(key: str) -> Said:
    """Say that something is for a script, and there is none."""
    message = f"Without a script, {quoted(key)} is for nothing."
    return Said("MG380", message, "Add script, or delete it.")


def outside(text: str) -> Said:
    """MG381: A script lies outside of its config's folder.

    It is run in a copy of that folder, so it has to be in there, with everything that it reads.

    Wrong:
        {"script": "../shared/pipeline.py"}

    Right:
        {"script": "pipeline.py"}
    """
    message = f"{quoted(text)} is not in the config's folder."
    return Said("MG381", message, "Put it beside the config, or in a folder there.")


def no_interpreter(python: str, why: str) -> Said:
    """MG382: There is no Python with the SageMaker Python SDK to run a script with.

    A script is run by an interpreter of its own, never by the one that runs mlops-gitops: by
    `--python`, else by `python` of the config, else by that of the settings, else by
    `.venv-sagemaker/bin/python3` in the repository.

    Wrong:
        {"script": "pipeline.py"} where nobody has made .venv-sagemaker

    Right:
        python3 -m venv .venv-sagemaker
        .venv-sagemaker/bin/pip install 'sagemaker>=2.257.7,<3'
    """
    message = f"The script cannot be run by {quoted(python)}: {why}."
    return Said("MG382", message, f"Make one: {_MAKE} {_SDK}, or name another with --python.")


def no_sdk(module: str, version: str) -> Said:
    """Say that a module of the SDK is not there: none at all, or of the other version."""
    if not version:
        message = f"The interpreter has no module {quoted(module)}."
        return Said("MG382", message, f"Install it: {_MAKE} {_SDK}")
    message = f"sagemaker {printable(version)} has no module {quoted(module)}."
    older = version.startswith("2.")
    other = "'sagemaker>=3.27,<4'" if older else _SDK
    hint = f"The script is for version {3 if older else 2}: install {other}, or change its imports."
    return Said("MG382", message, hint)


def raised(kind: str, message: str) -> Said:
    """MG383: A script ends with an error.

    It stands at the last line of the user's own code that was running.

    Wrong:
        def get_pipeline(region): return Pipeline(name=nmae)

    Right:
        def get_pipeline(region, pipeline_name): return Pipeline(name=pipeline_name)
    """
    told = _short(f"{kind}: {message}" if message else kind)
    return Said("MG383", f"The script fails: {told}", "Mend it, and run it where the SDK is.")


def syntax(message: str) -> Said:
    """Say that a script is no Python."""
    return Said("MG383", f"This is no Python: {_short(message)}.", "Mend the line.")


def ended(code: str) -> Said:
    """Say that a script ends its process."""
    message = f"The script ends its process: sys.exit({_short(code)})."
    return Said("MG383", message, "Let get_pipeline return the pipeline.")


def died(code: str, message: str) -> Said:
    """Say that the process of a script ended without a word."""
    signal = f"by signal {code.removeprefix('-')}" if code.startswith("-") else f"with {code}"
    told = f": {_short(message)}" if message else "."
    hint = "Run it by hand with that interpreter, and see what it says."
    return Said("MG383", f"The process of the script ended {signal}{told}", hint)


def no_function() -> Said:
    """MG384: A script has no `get_pipeline` that can be called, or it gives no pipeline.

    `get_pipeline` is called with those of these that its signature has: region, role,
    default_bucket, pipeline_name, model_package_group_name, base_job_prefix,
    sagemaker_project_name, stage, account; and with everything of `script_arguments`. It returns a
    Pipeline of the SageMaker Python SDK.

    Wrong:
        def make_pipeline(): ...

    Right:
        def get_pipeline(region, role, default_bucket, pipeline_name): ...
    """
    return Said("MG384", "The script has no function get_pipeline.", "Write one.")


def unknown_argument(name: str) -> Said:
    """Say that an argument is given that the function does not take."""
    message = f"get_pipeline takes no argument {quoted(name)}, which script_arguments gives it."
    return Said("MG384", message, "Delete it there, or add it to the signature.")


def missing_argument(name: str) -> Said:
    """Say that the function wants an argument that nobody gives."""
    message = f"get_pipeline wants an argument {quoted(name)}, which nobody gives it."
    return Said("MG384", message, "Give it in script_arguments, or give it a default.")


def returned(kind: str) -> Said:
    """Say that the function gives something else."""
    message = f"get_pipeline returns {quoted(kind)}, not a pipeline."
    return Said("MG384", message, "Return a Pipeline of the SageMaker Python SDK.")


def no_definition(why: str) -> Said:
    """Say that the pipeline's definition is none."""
    message = f"What get_pipeline returns gives no definition: {_short(why)}."
    return Said("MG384", message, "Return a Pipeline of the SageMaker Python SDK.")


def too_long() -> Said:
    """MG385: A script takes more time or memory than it may.

    To build a pipeline takes seconds. Training and preparing data are work of the pipeline's steps.

    Wrong:
        def get_pipeline(region): frame = load_everything(); ...

    Right:
        def get_pipeline(region): return Pipeline(steps=[ProcessingStep(...)])
    """
    return Said("MG385", "The script takes too long.", "Leave work to the pipeline's steps.")


def too_much() -> Said:
    """Say that a script wants more memory than it gets."""
    return Said("MG385", "The script needs too much memory.", "Leave work to the pipeline's steps.")


def asks_aws(operation: str) -> Said:
    """MG386: Building a pipeline asks AWS or the network for something.

    What is built has to follow from what is committed, and whoever builds it has no credentials.
    What the SDK uploads is kept, and `apply` uploads it; everything else is refused.

    Wrong:
        image = boto3.client("sagemaker").describe_image_version(...)["BaseImage"]

    Right:
        def get_pipeline(region, image): ... with {"script_arguments": {"image": "..."}}
    """
    message = f"Building this pipeline asks AWS for {_short(operation)}."
    return Said("MG386", message, "Give the value as an argument: script_arguments.")


def asks_network(host: str) -> Said:
    """Say that building needs another machine."""
    message = f"Building this pipeline reaches for {quoted(host)}."
    return Said("MG386", message, "Commit what it fetches, or give it in script_arguments.")


def not_reproducible(stage: str, paths: Sequence[str]) -> Said:
    """MG387: A script makes another pipeline each time it is run.

    Then every plan would show a change, and what was approved would not be what is deployed. Times,
    random names and the order of sets do that; so do some steps of the SDK (docs/pipeline-py.md).

    Wrong:
        Pipeline(name=f"abalone-{datetime.now():%H%M%S}", ...)

    Right:
        Pipeline(name=pipeline_name, ...)
    """
    few = [printable(path) for path in paths[:_FEW]]
    more = f" and {len(paths) - _FEW} more places" if len(paths) > _FEW else ""
    where = f"{', '.join(few)}{more}" if more else listed(few)
    message = f"Run twice, the script makes two pipelines in {stage}; they differ at {where}."
    return Said("MG387", message, "Make what stands there follow from the arguments alone.")


def lost_upload(uri: str) -> Said:
    """MG388: A script uploads something whose address stands in the definition in pieces.

    What is uploaded gets an address that says its content. It is put in the place of the SDK's,
    which works where that is one text.

    Wrong:
        Join(on="/", values=["s3:/", bucket, key_of_what_was_uploaded])

    Right:
        f"s3://{bucket}/{key_of_what_was_uploaded}"
    """
    message = f"The definition has the address of {quoted(uri)} in pieces."
    return Said("MG388", message, "Write the address as one text.")


def stages_of_argument(name: str, lacks: Sequence[str], unknown: Sequence[str]) -> Said:
    """MG389: An argument of a script has not one value for each stage.

    Wrong:
        {"script_arguments": {"instance_type": {"dev": "ml.m5.large"}}}

    Right:
        {"script_arguments": {"instance_type": {"dev": "ml.m5.large", "prod": "ml.m5.xlarge"}}}
    """
    why = f"does not say {listed(lacks)}" if lacks else f"names {listed(map(quoted, unknown))}"
    message = f"Argument {quoted(name)} {why}; an object has one value for each stage."
    return Said("MG389", message, "Give it one value, or one for each stage.")


def _short(text: str) -> str:
    from mlops_gitops.config.said import masked

    line = " ".join(masked(text).split())
    return printable(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}...")
