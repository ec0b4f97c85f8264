"""Frameworks: what the table of images says about names and versions."""

from mlops_gitops.config.frameworks import Frameworks


def read_frameworks() -> Frameworks:
    """Give the frameworks whose image is found by name and version."""
    return Frameworks(versions={})
