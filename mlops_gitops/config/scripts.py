"""Scripts: which configs are made by code of the user that has to be run first."""

from collections.abc import Iterable

from mlops_gitops.config.declared import Config

SCRIPT = "script"
"""The field that names the file; it stands instead of `steps`."""


def scripts_in(configs: Iterable[Config]) -> tuple[str, ...]:
    """Give the paths of the scripts of configs: code that has to be run to know what it makes."""
    fields = ((config, config.fields.get(SCRIPT)) for config in configs)
    return tuple(
        sorted(config.beside(script) for config, script in fields if isinstance(script, str))
    )
