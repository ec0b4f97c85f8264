"""Runs of a pipeline in containers, by local mode of the SageMaker SDK: what is asked and told."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlops_gitops.definitions.pipeline.script import ScriptOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerOrder:
    """A pipeline that is to run in containers.

    Attributes:
        script: what makes it, with one call.
        name: the pipeline's.
        parent: folder of all runs.
        parameters: values by name, as texts.
        data: folders and files of this machine, by the place on S3 that they stand for.
    """

    script: ScriptOrder
    name: str
    parent: Path
    parameters: Mapping[str, str]
    data: Mapping[str, Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerRun:
    """A run that has ended.

    Attributes:
        folder: of the run.
        succeeded: whether the execution did.
        refused: operations of AWS that were asked for, and that local mode has none of.
    """

    folder: Path
    succeeded: bool
    refused: tuple[str, ...] = ()
