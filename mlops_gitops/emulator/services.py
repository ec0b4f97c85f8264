"""CodePipeline behind the front, and the CloudFormation types of the services that are ours."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from mlops_gitops.emulator.codepipeline.clients import Clients
from mlops_gitops.emulator.codepipeline_type import PipelineType
from mlops_gitops.emulator.feature_group_type import FeatureGroupType
from mlops_gitops.emulator.model_card_type import ModelCardType
from mlops_gitops.emulator.monitoring_types import monitoring_types
from mlops_gitops.emulator.oidc_provider_type import OidcProviderType
from mlops_gitops.emulator.providers import Api, Lifecycle, Properties, Provider
from mlops_gitops.emulator.sagemaker_pipeline_type import SageMakerPipelineType
from mlops_gitops.emulator.sagemaker_types import sagemaker_types
from mlops_gitops.emulator.schedule_type import ScheduleType
from mlops_gitops.emulator.service_api import service_api
from mlops_gitops.emulator.state_machine_type import StateMachineType
from mlops_gitops.emulator.webhook_types import WebhookType
from mlops_gitops.emulator.wire import JSON_CONTENT_TYPE, Answer, Scope, json_error, unwrapped


class CodePipeline(Protocol):
    """The executor, as far as the front cares."""

    def handle(
        self, operation: str, request: Mapping[str, object], *, account: str, region: str
    ) -> tuple[int, dict[str, object]]:
        """Answer one operation with an HTTP status and a JSON object."""


class CodePipelineFront:
    """The executor behind its target prefix."""

    def __init__(self, service: CodePipeline) -> None:
        self._service = service

    def handle(
        self, _method: str, _path: str, headers: Mapping[str, str], body: bytes, scope: Scope
    ) -> Answer:
        """Answer one API call."""
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            return json_error(400, "SerializationException", "The request is not JSON.")
        status, answered = self._service.handle(
            operation, request, account=scope.account, region=scope.region
        )
        headers = {"Content-Type": JSON_CONTENT_TYPE}
        if status >= 400:  # noqa: PLR2004 -- HTTP's border between answers and errors
            headers["x-amzn-errortype"] = str(answered.get("__type", "InternalFailure"))
        return Answer(status, headers, json.dumps(answered).encode())

    def call(self, scope: Scope, operation: str, request: Properties) -> dict[str, Any]:
        """Call an operation from inside.

        Raises:
            CallError: CodePipeline refused.
        """
        status, answered = self._service.handle(
            operation, request, account=scope.account, region=scope.region
        )
        return unwrapped(status, answered)


def resource_types(sagemaker: Api, codepipeline: Api) -> list[Provider]:
    """The CloudFormation types that ministack lacks."""
    return [
        *sagemaker_types(sagemaker),
        *monitoring_types(sagemaker),
        FeatureGroupType(api=sagemaker),
        ModelCardType(api=sagemaker),
        SageMakerPipelineType(api=sagemaker),
        PipelineType(api=codepipeline),
    ]


def better_types(clients: Clients) -> list[Lifecycle]:
    """The CloudFormation types that ministack gets wrong, and others of services that it has."""
    events = service_api(clients, "events")
    states, s3 = service_api(clients, "stepfunctions"), service_api(clients, "s3")
    scheduler = service_api(clients, "scheduler")
    return [
        StateMachineType(api=states, s3=s3),
        ScheduleType(api=scheduler),
        OidcProviderType(api=service_api(clients, "iam")),
        WebhookType(api=events, kind="Connection"),
        WebhookType(api=events, kind="ApiDestination"),
    ]
