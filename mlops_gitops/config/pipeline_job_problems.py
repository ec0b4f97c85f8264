"""What is said about steps that run jobs: functions, scripts, training, tuning, notebooks.

Each function says one thing; its docstring is what `mlops-gitops explain` prints.
"""

from collections.abc import Sequence

from mlops_gitops.config.said import Said, listed, nearest, quoted
from mlops_gitops.problems import Severity

_FEW = 12


def no_function(name: str, file: str, known: Sequence[str]) -> Said:
    """MG320: The file of a function step has no such function.

    `code` names a file and a function of it, which stands at the file's top level.

    Wrong:
        {"name": "check", "type": "function", "code": "checks.py:chek_data", ...}

    Right:
        {"name": "check", "type": "function", "code": "checks.py:check_data", ...}
    """
    message = f"{quoted(file)} has no function {quoted(name)}."
    return Said("MG320", message, _meant("functions", name, known))


def unreadable_python(file: str, why: str) -> Said:
    """MG321: Python code of a step cannot be read here, so its function was not looked for.

    It may be written for a newer Python than the one that checks it; then all is well.

    Wrong:
        def check_data(path)
            return {"rows": 1}

    Right:
        def check_data(path):
            return {"rows": 1}
    """
    message = f"{quoted(file)} cannot be read as Python: {why}."
    return Said(
        "MG321",
        message,
        "Correct it, unless the image's Python is newer than this one.",
        Severity.WARNING,
    )


def unknown_argument(function: str, name: str, known: Sequence[str]) -> Said:
    """MG322: A function step gives its function an argument that it does not take, or lacks one.

    The names in `arguments` are those of the function's own arguments.

    Wrong:
        {"code": "checks.py:check_data", "arguments": {"pth": "s3://..."}}
        where the file says: def check_data(path): ...

    Right:
        {"code": "checks.py:check_data", "arguments": {"path": "s3://..."}}
    """
    message = f"Function {quoted(function)} takes no argument {quoted(name)}."
    return Said("MG322", message, _meant("arguments", name, known))


def missing_argument(function: str, names: Sequence[str]) -> Said:
    """Say which arguments a function needs that nobody gives it."""
    what = listed(map(quoted, names))
    message = f"Function {quoted(function)} needs {what}, which arguments does not give."
    return Said("MG322", message, "Add it." if len(names) == 1 else "Add them.")


def not_inside(path: str, folder: str, known: Sequence[str]) -> Said:
    """MG323: A path leads to nothing in the folder or the zip that the step's code is in.

    Beside `source_dir`, the paths of code, requirements and initialization script begin in it.

    Wrong:
        {"source_dir": "code", "code": "code/train.py"} where the file is code/train.py

    Right:
        {"source_dir": "code", "code": "train.py"}
    """
    message = f"There is no file {quoted(path)} in {quoted(folder)}."
    return Said("MG323", message, _meant("files", path, known))


def two_of_one_name(name: str, one: str, other: str) -> Said:
    """Say that two files would come to lie at one place."""
    message = f"{one} and {other} are both called {quoted(name)}, and would lie in one folder."
    return Said("MG323", message, "Rename one of them, or put both into a folder: source_dir.")


def no_zip(path: str, why: str) -> Said:
    """MG324: What a step names as its code is neither a folder nor a zip that can be read.

    Wrong:
        {"source_dir": "code.tar.gz", "code": "train.py"}

    Right:
        {"source_dir": "code.zip", "code": "train.py"}
    """
    message = f"{quoted(path)} is no zip that can be read: {why}."
    return Said("MG324", message, "Name a folder, or a zip without a password.")


def no_channel(step: str, what: str, names: Sequence[str]) -> Said:
    """MG325: A training or tuning step lacks its training data or its validation data.

    Both are channels among `inputs`: `train` or `training`, and `validation` or `test`. An
    algorithm that takes no validation data has its step in the definition's spelling.

    Wrong:
        {"type": "training", "inputs": {"train": {"s3_uri": "s3://..."}}, ...}

    Right:
        {"type": "training", "inputs": {"train": {...}, "validation": {...}}, ...}
    """
    message = f"Step {quoted(step)} has no {what} data."
    channels = listed(map(quoted, names), "or")
    return Said("MG325", message, f"Add a channel {channels} to inputs.")


def wait_too_short(wait: int, runtime: int) -> Said:
    """MG326: A training job on spot instances may wait for a shorter time than it may run.

    `max_wait_seconds` is for waiting and running together. Without `spot` nothing waits.

    Wrong:
        {"spot": true, "max_runtime_seconds": 3600, "max_wait_seconds": 600}

    Right:
        {"spot": true, "max_runtime_seconds": 3600, "max_wait_seconds": 7200}
    """
    message = f"max_wait_seconds is {wait:,}, less than the {runtime:,} seconds of a run."
    return Said("MG326", message, f"Write at least {runtime}: it counts both.")


def waits_without_spot(key: str) -> Said:
    """Say that something is for spot instances only."""
    return Said("MG326", f"{key} counts on spot instances only.", 'Add "spot": true, or delete it.')


def range_upside_down(name: str) -> Said:
    """MG327: A tuning step searches a range that is none, or does not know what to search.

    The smaller bound comes first. A hyperparameter is searched or given, not both.

    Wrong:
        {"ranges": {"continuous": {"eta": [0.5, 0.1]}}}

    Right:
        {"ranges": {"continuous": {"eta": [0.1, 0.5]}}}
    """
    message = f"The range of {quoted(name)} does not begin with its smaller bound."
    return Said("MG327", message, "Write the smaller bound first.")


def fixed_and_searched(name: str) -> Said:
    """Say that a hyperparameter has a value and a range."""
    message = f"Hyperparameter {quoted(name)} is searched, and given."
    return Said("MG327", message, "Delete it in hyperparameters or in ranges.")


def searched_twice(name: str) -> Said:
    """Say that a hyperparameter has two ranges."""
    message = f"Hyperparameter {quoted(name)} has two ranges."
    return Said("MG327", message, "Delete one of them.")


def no_tuning_step(name: str, known: Sequence[str]) -> Said:
    """MG328: A top model is asked of a step that tunes nothing, or of a rank that it does not have.

    A tuning step makes as many models as it has jobs, and the 50 best are kept: `top_k` counts from
    0, the best.

    Wrong:
        {"top_model": {"step": "tune", "top_k": 5}} where "tune" has "max_jobs": 5

    Right:
        {"top_model": {"step": "tune", "top_k": 4}}
    """
    message = f"{quoted(name)} is no tuning step, so it has no top model."
    return Said("MG328", message, _meant("tuning steps", name, known))


def rank_too_low(name: str, rank: int, jobs: int) -> Said:
    """Say that a tuning step makes fewer models than a rank needs."""
    message = f"Step {quoted(name)} makes {jobs} models; the last of them has top_k {jobs - 1}."
    return Said("MG328", message, f"Write at most {jobs - 1} instead of {rank}.")


def more_at_once(parallel: int, jobs: int) -> Said:
    """MG329: A tuning step runs more jobs at once than in all.

    Wrong:
        {"type": "tuning", "max_jobs": 4, "max_parallel_jobs": 8, ...}

    Right:
        {"type": "tuning", "max_jobs": 8, "max_parallel_jobs": 4, ...}
    """
    message = f"max_parallel_jobs is {parallel}, more than the {jobs} jobs in all."
    return Said("MG329", message, f"Write at most {jobs}.")


def not_resolved(model: str, version: str, command: str) -> Said:
    """MG330: The lock file beside the config does not say what a JumpStart model is made of.

    Images and artifacts of a model are asked for once, and written into `mlops-gitops.lock.json`,
    which is committed with the config.

    Wrong:
        {"type": "fine_tune", "model_id": "huggingface-llm-x", "model_version": "2.1.0", ...}
        where the lock file has version 2.0.0, or there is none

    Right:
        the same after `mlops-gitops pipeline resolve mlops-config.json`
    """
    message = f"The lock file does not have model {quoted(model)} in version {version}."
    return Said("MG330", message, f"Run `{command}`, and commit the lock file.")


def unreadable_lock(why: str, command: str) -> Said:
    """Say that the lock file is not one."""
    message = f"The lock file beside the config cannot be read: {why}."
    return Said("MG330", message, f"Delete it, and run `{command}`.")


def no_default_data(model: str) -> Said:
    """MG331: A fine-tuning step says no data, and its model comes without any.

    Wrong:
        {"type": "fine_tune", "model_id": "huggingface-llm-x", ...}

    Right:
        {"type": "fine_tune", "inputs": {"training": {"s3_uri": "s3://..."}}, ...}
    """
    message = f"Model {quoted(model)} has no default data set."
    return Said("MG331", message, 'Add your own: "inputs": {"training": {"s3_uri": "s3://..."}}.')


def notebook_image(image: str) -> Said:
    """MG332: The image of a notebook job is not among those that notebook jobs are known to run in.

    They start `amazon_sagemaker_scheduler`, which SageMaker Distribution, Data Science, Base Python
    and SparkAnalytics bring. An image made from one of them works too.

    Wrong:
        {"type": "notebook_job", "image_uri": "....dkr.ecr.us-east-1.amazonaws.com/churn:1", ...}

    Right:
        {"type": "notebook_job",
         "image_uri": "....dkr.ecr.us-east-1.amazonaws.com/sagemaker-data-science-310:1", ...}
    """
    message = f"Image {quoted(image)} is not known to run notebook jobs."
    hint = "Use SageMaker Distribution, Data Science, Base Python or SparkAnalytics."
    return Said("MG332", message, hint, Severity.WARNING)


def not_ensembling(mode: str) -> Said:
    """MG333: An AutoML step asks for another mode than ENSEMBLING.

    It is the only one that steps of pipelines run in.

    Wrong:
        {"Type": "AutoML", "Arguments": {"AutoMLJobConfig": {"Mode": "HYPERPARAMETER_TUNING"}, ...}}

    Right:
        {"Type": "AutoML", "Arguments": {"AutoMLJobConfig": {"Mode": "ENSEMBLING"}, ...}}
    """
    message = f"AutoML steps do not run in mode {quoted(mode)}."
    return Said("MG333", message, 'Write "Mode": "ENSEMBLING".')


def no_auto_ml_step(name: str, known: Sequence[str]) -> Said:
    """MG334: A best model is asked of a step that is no AutoML step.

    Wrong:
        {"best_model": {"step": "train", "member": "model_data"}}

    Right:
        {"best_model": {"step": "auto", "member": "model_data"}}, or {"model_of": "train"}
    """
    message = f"{quoted(name)} is no AutoML step, so it has no best model."
    return Said("MG334", message, _meant("AutoML steps", name, known))


def no_function_step(name: str, known: Sequence[str]) -> Said:
    """MG335: A result is asked of a step that is no function step.

    Functions give JSON back; what other steps make is an output, a model or a property.

    Wrong:
        {"result": {"step": "prepare", "path": "rows"}} where "prepare" is a processing step

    Right:
        {"property": {"step": "prepare", "file": "counts", "path": "rows"}}
    """
    message = f"{quoted(name)} is no function step, so it has no result."
    return Said("MG335", message, _meant("function steps", name, known))


def licence_not_accepted(model: str) -> Said:
    """MG336: A fine-tuning step does not accept the licence of a model that asks for that.

    Wrong:
        {"type": "fine_tune", "model_id": "meta-textgeneration-llama-3-8b", ...}

    Right:
        {"type": "fine_tune", "model_id": "meta-textgeneration-llama-3-8b",
         "accept_eula": true, ...}
    """
    message = f"Model {quoted(model)} has a licence that has to be accepted."
    return Said("MG336", message, 'Read its licence, and add "accept_eula": true.')


def _meant(what: str, name: str, known: Sequence[str]) -> str:
    close = nearest(name, known)
    if close is not None and close != name:
        return f"Did you mean {quoted(close)}?"
    if not known:
        return f"There are no {what}."
    more = f" and {len(known) - _FEW} more" if len(known) > _FEW else ""
    return f"There are these {what}: {', '.join(sorted(known)[:_FEW])}{more}."
