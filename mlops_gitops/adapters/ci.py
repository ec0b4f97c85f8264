"""The service of continuous integration that started us: its variables and its files.

Source: "Workflow commands for GitHub Actions", GitHub documentation: files that `GITHUB_OUTPUT` and
`GITHUB_STEP_SUMMARY` name are appended to.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlops_gitops.config.secrets import masked
from mlops_gitops.errors import MlopsError
from mlops_gitops.runs.ci_run import CiRun
from mlops_gitops.runs.read_ci import read_ci


class CiEnvironment:
    """A run as its environment tells it.

    Args:
        variables: the environment; by default that of this process.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def run(self) -> CiRun:
        """Tell what we were started for.

        Raises:
            MlopsError: the event cannot be read.
        """
        return read_ci(self._variables, self._event())

    def summarize(self, markdown: str) -> None:
        """Put Markdown on the run's page, where the service has one."""
        self._append("GITHUB_STEP_SUMMARY", markdown)

    def put_out(self, **values: str) -> None:
        """Hand values of one line to the steps that follow, where there are such."""
        self._append("GITHUB_OUTPUT", "".join(f"{key}={each}\n" for key, each in values.items()))

    def _event(self) -> dict[str, Any]:
        path = self._variables.get("GITHUB_EVENT_PATH", "")
        if not path:
            return {}
        try:
            event = json.loads(Path(path).read_bytes())
        except (OSError, ValueError) as error:
            hint = "GitHub Actions writes it; run this in a step, or name the change by a flag."
            raise MlopsError(f"The event in {path} cannot be read: {error}", hint=hint) from error
        return event if isinstance(event, dict) else {}

    def _append(self, variable: str, text: str) -> None:
        path = self._variables.get(variable, "")
        if path:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(masked(text))
