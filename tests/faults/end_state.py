"""What there is in the end, without what differs from run to run: times and the names of plans."""

import re
from typing import Any

from builders import Trial

from mlops_gitops.desired.digest import digest_of
from mlops_gitops.diff.change_set import ChangeSetState
from mlops_gitops.runs.marks import MARKS

_VARYING = re.compile(rb'\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)?|"(holder|beat)": [^,]+,')


_PLANS = "/plans/"
_PENDING = {ChangeSetState.AVAILABLE, ChangeSetState.PENDING}


def end_state(made: Trial) -> dict[str, Any]:
    """Describe the stacks, change sets, objects and executions that there are."""
    cloud = made.cloud
    stacks, pipelines = cloud.stacks, cloud.pipelines._deliveries
    return {
        "stacks": {str(id_): _stack(record) for id_, record in stacks._records.items()},
        "change sets": sorted(
            (str(id_), name)
            for id_, name in stacks._prepared
            if (found := stacks.change_set(id_, name)) and found.state in _PENDING
        ),
        "objects": {
            key: [_VARYING.sub(b"", content) for _, content in counted(key, versions)]
            for key, versions in sorted(cloud.assets.versions.items())
            if versions and not is_plan(key) and not key.startswith(MARKS)
        },
        "executions": {
            name: [(run.trigger, run.status, run.variables.get("digest")) for run in each.runs]
            for name, each in pipelines.items()
        },
        "files": dict(made.files),
        "commits": sorted(made.commits.revisions),
        "cards": sorted(cloud.model_cards._kept),
    }


def counted(key: str, versions: list[Any]) -> list[Any]:
    """Give what counts of an object: of a bundle every version, of a note what it says."""
    return versions if key.endswith("/template.zip") else versions[-1:]


def is_plan(key: str) -> bool:
    """Whether an object is a plan that was kept: planned again, it may be another."""
    return _PLANS in key


def _stack(record: Any) -> tuple[Any, ...]:
    there = record.deployed
    return (
        there.status.value,
        digest_of(record.template),
        dict(there.parameters),
        dict(there.tags),
        dict(there.outputs),
    )


def differing(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Say where two end states differ."""
    said: list[str] = []
    for name, wanted in expected.items():
        there = found[name]
        if wanted == there:
            continue
        if isinstance(wanted, dict):
            said += [
                f"{name}: {key}: {_short(wanted.get(key))} became {_short(there.get(key))}"
                for key in sorted({*wanted, *there})
                if wanted.get(key) != there.get(key)
            ]
        else:
            said.append(f"{name}: {_short(wanted)} became {_short(there)}")
    return said


def _short(value: Any) -> str:
    return repr(value)[:300]
