"""Model and RegisterModel steps: entries of the registry in the run folder."""

import json
import re
from pathlib import Path

from mlops_gitops.executor.facts import iso
from mlops_gitops.executor.references import Json
from mlops_gitops.executor.work.desk import Desk, Done, Object, StepFailed, text

_NAME = re.compile(r"[A-Za-z0-9](-*[A-Za-z0-9]){0,62}")


def create_model(desk: Desk) -> Done:
    """Write a model down."""
    name = text(desk.arguments.get("ModelName")) or desk.job
    catalog = desk.house.catalog
    request: Object = {**desk.arguments, "ModelName": name}
    arn = catalog.create_model(request) if catalog else desk.arn("model", name.lower())
    described: Object = {
        **request,
        "ModelArn": arn,
        "CreationTime": iso(desk.house.now()),
    }
    _keep(desk.house.folder.registry / "models" / f"{_plain(name)}.json", described)
    return Done(properties=described, metadata={"Model": {"Arn": arn}})


def register_model(desk: Desk) -> Done:
    """Write a model package down, as the next version of its group.

    Raises:
        StepFailed: the group's name is none.
    """
    group = text(desk.arguments.get("ModelPackageGroupName")).rpartition("/")[2]
    name = _plain(group or text(desk.arguments.get("ModelPackageName")) or desk.job)
    folder = desk.house.folder.registry / "model-packages" / name
    folder.mkdir(parents=True, exist_ok=True)
    catalog = desk.house.catalog
    given = catalog.register_model(desk.arguments) if catalog else ""
    version = int(given.rpartition("/")[2]) if given and group else 1
    while True:
        arn = given or desk.arn(
            "model-package", f"{name.lower()}/{version}" if group else name.lower()
        )
        described: Object = {
            "ModelApprovalStatus": "PendingManualApproval",
            **desk.arguments,
            "ModelPackageArn": arn,
            "ModelPackageStatus": "Completed",
            "CreationTime": iso(desk.house.now()),
            **({"ModelPackageVersion": version} if group else {"ModelPackageName": name}),
        }
        try:
            _keep(folder / f"{version}.json", described)
        except FileExistsError:
            version += 1
        else:
            return Done(properties=described, metadata={"RegisterModel": {"Arn": arn}})


def _plain(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise StepFailed(f"ClientError: {name!r} is no name of a model or of a group of models.")
    return name


def _keep(path: Path, described: dict[str, Json]) -> None:
    """Write a new file; raises `FileExistsError` if another step was quicker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        json.dump(described, file, indent=2, ensure_ascii=False)
        file.write("\n")
