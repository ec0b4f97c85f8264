"""Worlds for tests: a repository in a dict, and a cloud in memory that has been prepared for it."""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from mlops_gitops import app
from mlops_gitops.adapters.blueprints import InstalledBlueprints
from mlops_gitops.adapters.memory.branches import MemoryBranches
from mlops_gitops.adapters.memory.cloud import MemoryCloud
from mlops_gitops.adapters.memory.health import MemoryHealth
from mlops_gitops.adapters.memory.pipeline_scripts import MemoryScripts
from mlops_gitops.adapters.memory.repository import MemoryCommits, MemoryFiles
from mlops_gitops.adapters.package_data import InstalledData
from mlops_gitops.config.settings import Settings
from mlops_gitops.definitions.archive import zipped
from mlops_gitops.desired.bootstrap.function_package import RUNTIME_FILE
from mlops_gitops.pipeline.installation import Installation
from mlops_gitops.ports import Commit, PipelineScripts
from mlops_gitops.use_cases.bootstrap import bootstrap
from mlops_gitops.use_cases.bootstrap_parts import Preparation, Source
from mlops_gitops.use_cases.changed import load_changed
from mlops_gitops.use_cases.validate import Repository, load_repository
from mlops_gitops.use_cases.world import World
from mlops_gitops.views.plan_json import plan_json

DATA = InstalledData()
BLUEPRINTS = InstalledBlueprints(DATA)
ORCHESTRATOR = "111111111111"
ACCOUNTS = {"dev": "222222222222", "staging": "333333333333", "prod": "444444444444"}
INSTALLATION = Installation(
    assets_kms_key_arn="arn:aws:kms:us-east-1:111111111111:key/" + "1" * 36,
    notification_topic_arn="arn:aws:sns:us-east-1:111111111111:mlops-pipeline-approvals",
    pipeline_role_arn="arn:aws:iam::111111111111:role/mlops-gitops-pipeline",
)
CONTENTS = ("model_artifact_location", "baseline_data", "custom_algorithm_docker")
BUCKET = "acme-mlops-assets"
COMMIT = Commit(id="c0ffee" + "0" * 34, author="Test <t@example.com>", subject="", is_clean=True)

SETTINGS = f"""\
version: 1
prefix: mlops-pipeline
region: us-east-1
assets_bucket: {BUCKET}
model_registry: any
orchestrator: {{account: "{ORCHESTRATOR}"}}
stages:
  - {{name: dev, account: "222222222222", approval: none}}
  - {{name: staging, account: "333333333333", approval: manual}}
  - {{name: prod, account: "444444444444", approval: manual}}
notifications: {{email: ml-team@example.com}}
configs: ["**/mlops-config.json"]
"""

SINGLE_ACCOUNT = f"""\
version: 1
prefix: mlops-pipeline
region: us-east-1
assets_bucket: {BUCKET}
model_registry: "no"
orchestrator: {{account: "{ORCHESTRATOR}"}}
stages: [{{name: live, account: "{ORCHESTRATOR}", approval: none}}]
configs: ["**/mlops-config.json"]
"""


def realtime(name: str, **fields: Any) -> dict[str, Any]:
    """Declare a realtime workload of a built-in framework; `fields` overrides."""
    declared = {
        "pipeline_type": "byom_realtime_builtin",
        "model_name": name,
        "model_framework": "xgboost",
        "model_framework_version": "1",
        "model_artifact_location": f"{name}/model.tar.gz",
        "inference_instance": "ml.m5.large",
        "data_capture_location": f"acme-capture/{name}",
        "endpoint_name": {stage: f"{name}-{stage}" for stage in ACCOUNTS},
    }
    return {**declared, **fields}


def repository(*configs: Mapping[str, Any], settings: str = SETTINGS) -> dict[str, bytes]:
    """Give the files of a repository: the settings, and each config in a folder of its own."""
    files = {"mlops-gitops.yaml": settings.encode()}
    for config in configs:
        files[f"{config['model_name']}/mlops-config.json"] = json.dumps(config, indent=2).encode()
    return files


@dataclass(slots=True)
class Trial:
    """A user, a repository and a cloud: what they commit is what the next command sees."""

    files: dict[str, bytes]
    cloud: MemoryCloud = field(default_factory=MemoryCloud)
    commits: MemoryCommits = field(default_factory=lambda: MemoryCommits(COMMIT))
    scripts: PipelineScripts = field(default_factory=MemoryScripts)

    def world(self) -> World:
        """Read the repository anew, as every command does."""
        return self.world_of(load_repository(MemoryFiles(self.files), DATA))

    def world_of(self, repository: Repository) -> World:
        """Put the cloud around a repository."""
        return World(
            repository=repository,
            data=DATA,
            blueprints=BLUEPRINTS,
            commits=self.commits,
            branches=MemoryBranches(self.commits, self.files),
            stacks=self.cloud.stacks,
            stack_sets=self.cloud.stack_sets,
            adopting=self.cloud.adopting,
            assets=self.cloud.assets,
            pipelines=self.cloud.pipelines,
            mending=self.cloud.mending,
            reverting=self.cloud.reverting,
            live=self.cloud.live,
            detection=self.cloud.detection,
            events=self.cloud.events,
            machines=self.cloud.machines,
            models=self.cloud.models,
            images=self.cloud.images,
            endpoints=self.cloud.endpoints,
            model_cards=self.cloud.model_cards,
            sagemaker_pipelines=self.cloud.sagemaker_pipelines,
            sagemaker_usage=self.cloud.sagemaker_usage,
            identity=self.cloud.identity,
            clock=self.cloud.clock,
            write_plan=plan_json,
            scripts=self.scripts,
            instruments=self.health().instruments(),
            read=app.reading,
        )

    def health(self) -> MemoryHealth:
        """Give what `doctor` reads of this cloud, all of it in order."""
        return MemoryHealth(self.cloud, self.commits, BLUEPRINTS, BUCKET)

    def remember(self, revision: str) -> None:
        """Let a revision name what is committed now."""
        self.commits.revisions[revision] = dict(self.files)

    def changed_world(self, since: str) -> World:
        """Read what changed since a revision, as `--changed-since` does."""
        self.commits.files = self.files
        part = load_changed(MemoryFiles(self.files), DATA, self.commits, since)
        return self.world_of(part)

    def commit(self, *configs: Mapping[str, Any]) -> World:
        """Write configs over what was committed; the commit gets an id of its own."""
        self.files |= repository(*configs, settings=self.files["mlops-gitops.yaml"].decode())
        head = self.commits.commit or COMMIT
        number = int(head.id[6:], 16) + 1
        self.commits.commit = replace(head, id=f"c0ffee{number:034x}")
        self.remember(self.commits.commit.id)
        return self.world()


def trial(*configs: Mapping[str, Any], settings: str = SETTINGS) -> Trial:
    """Prepare every account, put every artifact that configs name into the bucket."""
    made = Trial(repository(*configs, settings=settings))
    made.remember(COMMIT.id)
    prepare(made)
    for config in configs:
        for name in CONTENTS:
            if key := config.get(name):
                made.cloud.assets.write(key, b"a model", "")
        if image := config.get("custom_image_uri"):
            made.cloud.images.pushed[image] = "sha256:" + "0" * 64
    return made


def copied(made: Trial) -> Trial:
    """Give a trial that begins where another one stands."""
    stacks = made.cloud.stacks
    # Stacks and change sets never change; what holds them does.
    kept = (*stacks._records.values(), *stacks._prepared.values())
    return deepcopy(made, {id(each): each for each in kept})


def prepare(made: Trial) -> None:
    """Give a trial a cloud in which bootstrap ran in every account of its settings."""
    made.cloud = copied(_prepared(made.files["mlops-gitops.yaml"])).cloud


@cache
def _prepared(settings: bytes) -> Trial:
    """Run bootstrap as the administrator of each account would, once for all trials like it."""
    made = Trial({"mlops-gitops.yaml": settings})
    found = made.world().settings
    others = [each for each in found.accounts if each != found.orchestrator_account]
    key = ""
    for account in (found.orchestrator_account, *others):
        made_ready = preparation(made, found, account, key)
        outputs = bootstrap(made_ready, lambda _: None, lambda: None, lambda _: None)
        key = outputs.get("AssetsKmsKeyArn", key)
    return made


def source(settings: Settings, operators: tuple[str, ...] = ()) -> Source:
    """What bootstrap makes parts from."""
    return Source(
        settings=settings,
        blueprints=BLUEPRINTS,
        operators=operators,
        package=lambda _: zipped({RUNTIME_FILE: b"python3.12 x86_64"}),
        revision="c0ffee" + "0" * 34,
    )


def preparation(made: Trial, settings: Settings, account: str, key: str = "") -> Preparation:
    """One account of a trial's cloud, with credentials of its administrator."""
    return Preparation(
        source=source(settings),
        account=account,
        assets_kms_key_arn=key,
        stacks=made.cloud.stacks,
        stack_sets=made.cloud.stack_sets,
        brought=made.cloud.brought,
        assets=made.cloud.assets,
        clock=made.cloud.clock,
    )
