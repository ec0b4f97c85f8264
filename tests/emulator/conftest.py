"""One embedded AWS for all tests of this folder: they keep out of each other's way by names."""

from collections.abc import Iterator

import pytest
from embedded_aws import embedded_aws
from emulator.job_requests import prepare

from mlops_gitops.emulator.lifecycle import Running


@pytest.fixture(scope="session")
def aws() -> Iterator[Running]:
    """A running embedded AWS."""
    with embedded_aws() as running:
        yield running


@pytest.fixture(scope="session")
def jobs_aws(aws: Running) -> Running:
    """The same, with what the requests of `job_requests` name."""
    prepare(aws)
    return aws
