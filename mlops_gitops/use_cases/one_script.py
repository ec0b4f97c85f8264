"""One script: have that of one config make its pipeline in one stage."""

from dataclasses import replace

from mlops_gitops.config.scripts import scripts_in
from mlops_gitops.definitions.pipeline.script import Built
from mlops_gitops.errors import InvalidRepository
from mlops_gitops.ports import PipelineScripts
from mlops_gitops.problems import errors_among
from mlops_gitops.use_cases.validate import Repository


def built_script(
    scripts: PipelineScripts, repository: Repository, path: str, stage: str, python: str
) -> Built | None:
    """Run a config's script for one stage; None where it has none, or is none of the repository.

    Raises:
        InvalidRepository: the script makes no pipeline that can be deployed.
    """
    named = [config for config in repository.configs if config.document.path == path]
    here = [
        replace(config, stages=tuple(each for each in config.stages if each.name == stage))
        for config in named
    ]
    wanted = [config for config in here if config.stages]
    if not scripts_in(wanted):
        return None
    from mlops_gitops.use_cases.build_scripts import build_scripts

    made = build_scripts(scripts, repository.settings, wanted, python)
    if errors_among(made.problems):
        raise InvalidRepository(made.problems)
    return made.built[path, stage]
