"""Contexts: everything that the value of a parameter may depend on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import Json
from mlops_gitops.config.settings import Settings, Stage
from mlops_gitops.definitions.content import Contents
from mlops_gitops.definitions.images import ImageTable
from mlops_gitops.definitions.pipeline.script import Built
from mlops_gitops.definitions.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Resolved inputs: what had to be looked up, passed in so that composing stays pure.

    Attributes:
        assets_kms_key_arn: key of the assets bucket, an output of the bootstrap stack.
        notification_topic_arn: topic for people, an output of the bootstrap stack.
        images: SageMaker's own images.
        local_storage: instance types with disks of their own, which take no volume key.
        contents: what the keys of the assets bucket held that configs name; empty offline.
        image_digests: image URI -> `sha256:...` that its tag named; without those that could
            not be looked up.
        facts: other answers of AWS by a word that says what was asked, such as
            `model card churn in 111111111111`.
        built: what scripts made, by the path of the config and the stage; empty offline.
    """

    assets_kms_key_arn: str
    notification_topic_arn: str
    images: ImageTable
    local_storage: frozenset[str]
    contents: Contents
    image_digests: Mapping[str, str]
    facts: Mapping[str, str]
    built: Mapping[tuple[str, str], Built] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One workload in one stage, with what had to be looked up.

    Attributes:
        stack: name of the stack.
    """

    settings: Settings
    config: Config
    stage: Stage
    stack: str
    inputs: Inputs

    @property
    def scope(self) -> Scope:
        """What a definition may depend on."""
        return Scope(
            config=self.config,
            stage=self.stage.name,
            account=self.stage.account,
            stack=self.stack,
            region=self.settings.region,
            assets_bucket=self.settings.assets_bucket,
            contents=self.inputs.contents,
            network=self.stage.network,
            built=self.inputs.built.get((self.config.document.path, self.stage.name)),
        )

    def value(self, field: str) -> Json:
        """Give a field's value in this stage, or its default; None where there is neither."""
        return self.config.value(field, self.stage.name)

    def text(self, field: str) -> str:
        """Give a field's value in this stage as text; empty where it is not written."""
        value = self.value(field)
        return "" if value is None else to_parameter(value)

    def place(self, field: str) -> str:
        """Say where a field's value in this stage came from."""
        if field in self.config.fields:
            return str(self.config.where(field, self.stage.name))
        return f"default of {field}"


def to_parameter(value: object) -> str:
    """Spell a value the way CloudFormation parameters want it."""
    match value:
        case bool():
            return "True" if value else "False"
        case str() | int() | float():
            return str(value).strip()
        case _:
            raise TypeError(f"{value!r} is no parameter value.")


def field_of(parameter: str) -> str:
    """Name the config field that fills a parameter: `KmsKeyArn` -> `kms_key_arn`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", parameter).lower()
