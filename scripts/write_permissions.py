"""Write docs/permissions.md: what each role is granted, and what shows that it is needed.

Three things are put side by side: what the templates grant, what the roles asked for while the
end-to-end tests ran (tests/evidence/recorded.json), and what no test can show, with its source
(tests/evidence/beyond.json). `make permissions` runs those tests and writes both files; without
words this script writes the page alone.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlops_gitops import app
from mlops_gitops.adapters.cloudformation_yaml import load_template
from mlops_gitops.config.settings import Approval
from mlops_gitops.desired.bootstrap.orchestrator import PART
from mlops_gitops.desired.bootstrap.part import Known, part_stack
from mlops_gitops.pipeline.approvers import with_approvers

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "permissions.md"
RECORDED = ROOT / "tests" / "evidence" / "recorded.json"
BEYOND = ROOT / "tests" / "evidence" / "beyond.json"
EXAMPLE = ROOT / "config-examples" / "good" / "settings-everything"

ROLES: Mapping[str, tuple[str, str]] = {
    "mlops-gitops-plan": ("account", "PlanRole"),
    "mlops-gitops-deploy": ("account", "DeployRole"),
    "mlops-gitops-repair": ("account", "RepairRole"),
    "mlops-gitops-pipeline": ("orchestrator", "PipelineRole"),
    "mlops-gitops-approve-STAGE": ("orchestrator", "ApproveRole"),
    "mlops-gitops-ci-plan": ("ci", "PlanRole"),
    "mlops-gitops-apply": ("ci", "ApplyRole"),
    "mlops-gitops-release": ("ci", "ReleaseRole"),
}
"""Roles whose table is held, and where their policies stand. mlops-gitops-cfn has a test of its
own: it is held to CloudFormation's registry."""

Grants = dict[str, set[str]]
"""Actions, and the statements that grant them."""

_INTRODUCTION = """\
# What each role may do, and why

Written by `make docs`; `make permissions` runs the end-to-end tests on the embedded AWS, which
notes what each role asks for, and writes the page anew. A test fails for an action that is granted
and not needed, and for one that is needed and not granted.

An action is needed because it was **seen**: a role asked for it in those tests. Or there is a
reason, where no test can show it: what AWS does in the role's name, and what the embedded AWS does
not emulate. `mlops-gitops-cfn` is not here: it may call what CloudFormation's registry says that
the blueprints' resource types need, and
[a test](../tests/blueprints/test_cloudformation_role.py) holds it to that in both directions.
"""


def granted(role: str) -> Grants:
    """Return what a role's template lets it do."""
    template, logical_id = ROLES[role]
    found = _approve_role() if logical_id == "ApproveRole" else _resource(template, logical_id)
    grants: Grants = {}
    for statement in _statements(found["Properties"]["Policies"]):
        for action in _listed(statement["Action"]):
            grants.setdefault(action, set()).add(statement["Sid"])
    return grants


def _resource(template: str, logical_id: str) -> Any:
    file = ROOT / "blueprints" / "bootstrap" / f"{template}.yaml"
    return load_template(file.read_bytes())["Resources"][logical_id]


def _approve_role() -> Any:
    read = app.settings_on_disk(EXAMPLE)
    approver = f"arn:aws:iam::{read.orchestrator_account}:role/people"
    gated = replace(read.stages[-1], approval=Approval.MANUAL, approvers=(approver,))
    settings = replace(read, stages=(*read.stages[:-1], gated))
    known = Known(settings=settings, account=settings.orchestrator_account)
    stack = part_stack(PART, known, app.blueprints().blueprint(PART.blueprint))
    resources = with_approvers(settings, stack).template["Resources"]
    return next(found for name, found in resources.items() if name.startswith("ApproveRole"))


def _statements(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        if "Effect" in value and "Action" in value:
            yield value
        for each in value.values():
            yield from _statements(each)
    elif isinstance(value, list):
        for each in value:
            yield from _statements(each)


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


_STAGE_ROLE = re.compile(r"mlops-gitops-approve-[a-z0-9-]+")


def seen_in(files: Iterable[Path]) -> set[tuple[str, str]]:
    """Return what roles of the table asked for, as the embedded AWS noted it."""
    rows = (json.loads(line) for file in files for line in file.read_text("utf-8").splitlines())
    named = ((_name(role), action) for role, action, _ in rows)
    return {(role, action) for role, action in named if role in ROLES}


def _name(role: str) -> str:
    return _STAGE_ROLE.sub("mlops-gitops-approve-STAGE", role.partition(":role/")[2])


def recorded() -> set[tuple[str, str]]:
    """Return what was seen when the tests ran for this table."""
    found = json.loads(RECORDED.read_text("utf-8"))
    return {(role, action) for role, actions in found.items() for action in actions}


def beyond() -> dict[tuple[str, str], str]:
    """Return what no test can show, with its reason."""
    found = json.loads(BEYOND.read_text("utf-8"))
    return {
        (role, action): _reason(row)
        for role, rows in found.items()
        for row in rows
        for action in row["actions"]
    }


def _reason(row: Mapping[str, Any]) -> str:
    source = row.get("source")
    return f"{row['why']} ([source]({source}))" if source else f"{row['why']} (`{row['code']}`)"


def page() -> str:
    """Return the page."""
    seen, told = recorded(), beyond()
    lines = [_INTRODUCTION]
    for role in ROLES:
        lines += [f"## {role}\n", "| action | statements | needed |", "|---|---|---|"]
        for action, sids in sorted(granted(role).items()):
            row = (role, action)
            reasons = [*(["seen"] if row in seen else []), *([told[row]] if row in told else [])]
            lines.append(f"| `{action}` | {', '.join(sorted(sids))} | {'; '.join(reasons)} |")
        lines.append("")
    return "\n".join(lines)


def _record(folder: Path) -> None:
    found: dict[str, list[str]] = {role: [] for role in ROLES}
    for role, action in sorted(seen_in(folder.glob("*.jsonl"))):
        found[role].append(action)
    RECORDED.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Take what was noted in a folder, if one is given; write the page."""
    for folder in sys.argv[1:]:
        _record(Path(folder))
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
