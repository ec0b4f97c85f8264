"""A pipeline as its config compiles to it, for commands that need no AWS."""

from pathlib import Path

from mlops_gitops import app
from mlops_gitops.runs.local_pipeline import LocalPipeline, local_pipeline
from mlops_gitops.use_cases.one_script import built_script
from mlops_gitops.use_cases.render import render


def compiled(root: Path, config: Path, stage: str | None, python: str = "") -> LocalPipeline:
    """Compile a config, with the values of a stage; by default the first.

    Args:
        root: of the repository.
        config: the file.
        stage: its name.
        python: interpreter that a script is run by; empty for that of the config.

    Raises:
        InvalidRepository: there are errors in it.
        UsageError: it is no pipeline, or there is no such stage.
    """
    path = app.path_in_repository(root, config)
    repository = app.repository_on_disk(root)
    name = stage or repository.settings.stages[0].name
    data, blueprints = app.repository_data(root), app.repository_blueprints(root)
    built = built_script(app.pipeline_scripts(root), repository, path, name, python)
    stack = render(repository, data, blueprints, path, name, built)
    return local_pipeline(stack, repository.settings.assets_bucket)
