"""Places to run small pipelines, whose scripts need nothing but Python."""

from pathlib import Path

import pytest
from local_pipeline import CODE, Kitchen

from mlops_gitops.executor.sandbox import Isolation, available


@pytest.fixture(params=list(Isolation), ids=lambda isolation: isolation.value)
def isolation(request: pytest.FixtureRequest) -> Isolation:
    """Both ways in which a program finds `/opt/ml`."""
    wanted: Isolation = request.param
    if wanted is Isolation.NAMESPACES and available() is not wanted:
        pytest.skip("this machine allows no user namespaces")
    return wanted


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    """A place to run pipelines, with code and data."""
    code = tmp_path / "code"
    code.mkdir()
    for name, text in CODE.items():
        (code / name).write_text(text, encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    (data / "numbers.csv").write_text("1,2\n2,4\n3,6\n4,8\n", encoding="utf-8")
    return Kitchen(tmp_path)
