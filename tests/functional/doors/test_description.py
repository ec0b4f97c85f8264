"""The API's description is what is in the repository, and says what code and schemas say."""

import json
import runpy
from pathlib import Path

from mlops_gitops.api.handler import ROUTES
from mlops_gitops.api.model_cards import OPERATIONS

ROOT = Path(__file__).parents[3]
DESCRIPTION = json.loads((ROOT / "schemas" / "api.json").read_text(encoding="utf-8"))


def test_the_description_is_up_to_date() -> None:
    """`make docs` would write just that."""
    script = runpy.run_path(str(ROOT / "scripts" / "write_api_description.py"))

    assert json.loads(script["written"]()) == DESCRIPTION


def test_every_operation_is_described() -> None:
    """Paths, and what is done with model cards."""
    text = json.dumps(DESCRIPTION["components"]["schemas"])

    assert set(DESCRIPTION["paths"]) == set(ROUTES)
    assert all(json.dumps(name) in text for name in OPERATIONS)
