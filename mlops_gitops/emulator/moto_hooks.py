"""SageMaker, served by moto inside this process; with `moto_backend`, all that touches moto.

moto answers a request object directly, so no second server and no second port exist. What its API
lacks is added here in a subclass, and nothing a caller declares is dropped.

Private hooks in use, held by `tests/emulator/test_moto_hooks.py`: `sagemaker_backends.backend`,
`SageMakerResponse.dispatch`.
"""

import json
import logging
import pickle
import threading
from collections.abc import Iterator, Mapping
from typing import Any, cast

import moto
from moto.core.request import Request
from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.models import sagemaker_backends
from moto.sagemaker.responses import SageMakerResponse

from mlops_gitops.emulator.moto_backend import RETAINABLE, Backend, backend_of
from mlops_gitops.emulator.wire import JSON_CONTENT_TYPE, Answer, Scope, json_error

logger = logging.getLogger(__name__)


class Response(SageMakerResponse):
    """The operations moto lacks, and those whose answers drop what was declared."""

    @property
    def sagemaker_backend(self) -> Backend:
        """The SageMaker of the caller."""
        return cast("Backend", super().sagemaker_backend)

    def create_model(self) -> ActionResult:
        """CreateModel, keeping the two properties that moto forgets."""
        result = super().create_model()
        model = self.sagemaker_backend.describe_model(self._get_param("ModelName"))
        model.enable_network_isolation = bool(self._get_param("EnableNetworkIsolation"))
        # moto answers with whatever attributes the object has.
        model.__dict__["inference_execution_config"] = self._get_param("InferenceExecutionConfig")
        return result

    def create_endpoint_config(self) -> ActionResult:
        """CreateEndpointConfig, keeping the properties that moto forgets."""
        result = super().create_endpoint_config()
        config = self.sagemaker_backend.existing_config(self._get_param("EndpointConfigName"))
        config.__dict__.update(
            shadow_production_variants=self._get_param("ShadowProductionVariants"),
            explainer_config=self._get_param("ExplainerConfig"),
            execution_role_arn=self._get_param("ExecutionRoleArn"),
            vpc_config=self._get_param("VpcConfig"),
            enable_network_isolation=self._get_param("EnableNetworkIsolation"),
        )
        return result

    def update_endpoint(self) -> ActionResult:
        """UpdateEndpoint, which moto lacks."""
        excluded = [
            entry["VariantPropertyType"]
            for entry in self._get_param("ExcludeRetainedVariantProperties") or ()
        ]
        keep = RETAINABLE if self._get_param("RetainAllVariantProperties") else ()
        endpoint = self.sagemaker_backend.update_endpoint(
            self._get_param("EndpointName"),
            self._get_param("EndpointConfigName"),
            [kind for kind in keep if kind not in excluded],
        )
        return ActionResult({"EndpointArn": endpoint.arn})

    def delete_model_package(self) -> ActionResult:
        """DeleteModelPackage, which moto lacks."""
        self.sagemaker_backend.delete_model_package(self._get_param("ModelPackageName"))
        return EmptyResult()

    def delete_model_package_group(self) -> ActionResult:
        """DeleteModelPackageGroup, which moto lacks."""
        self.sagemaker_backend.delete_model_package_group(self._get_param("ModelPackageGroupName"))
        return EmptyResult()

    def put_model_package_group_policy(self) -> ActionResult:
        """PutModelPackageGroupPolicy, which moto lacks."""
        arn = self.sagemaker_backend.put_model_package_group_policy(
            self._get_param("ModelPackageGroupName"), self._get_param("ResourcePolicy")
        )
        return ActionResult({"ModelPackageGroupArn": arn})

    def get_model_package_group_policy(self) -> ActionResult:
        """GetModelPackageGroupPolicy, which moto lacks."""
        name = self._get_param("ModelPackageGroupName")
        policy = self.sagemaker_backend.get_model_package_group_policy(name)
        return ActionResult({"ResourcePolicy": policy})

    def delete_model_package_group_policy(self) -> ActionResult:
        """DeleteModelPackageGroupPolicy, which moto lacks."""
        name = self._get_param("ModelPackageGroupName")
        self.sagemaker_backend.delete_model_package_group_policy(name)
        return EmptyResult()


class SageMaker:
    """SageMaker's API and its runtime, for all accounts and regions of this process."""

    def __init__(self, *, endpoint_seconds: float) -> None:
        sagemaker_backends.backend = Backend
        sagemaker_backends.clear()
        Backend.endpoint_seconds = endpoint_seconds
        self._lock = threading.RLock()

    def handle(self, operation: str, body: bytes, scope: Scope) -> Answer:
        """Answer one API call; what moto lacks is an error in AWS's shape, never a page."""
        host = f"api.sagemaker.{scope.region}.amazonaws.com"
        headers = {
            "Host": host,
            "Content-Type": JSON_CONTENT_TYPE,
            "X-Amz-Target": f"SageMaker.{operation}",
            "x-moto-account-id": scope.account,
        }
        request = Request.from_primitives("POST", f"https://{host}/", headers, body or b"{}")
        with self._lock:
            backend_of(scope).settle()
            try:
                status, answered, text = Response.dispatch(request)
            except NotImplementedError:
                message = f"The embedded AWS does not emulate sagemaker:{operation}."
                return json_error(400, "UnknownOperationException", message)
            except Exception:
                logger.exception("moto failed on sagemaker:%s", operation)
                message = f"The embedded AWS failed on sagemaker:{operation}; its log has more."
                return json_error(500, "InternalFailure", message)
        kept = {k: str(v) for k, v in answered.items() if k.lower() == "x-amzn-errortype"}
        return Answer(status, {"Content-Type": JSON_CONTENT_TYPE, **kept}, text.encode())

    def invoke(self, endpoint_name: str, body: bytes, scope: Scope) -> Answer:
        """InvokeEndpoint: a prediction that says it is emulated; 400 unless it is in service."""
        with self._lock:
            backend = backend_of(scope)
            backend.settle()
            endpoint = backend.endpoints.get(endpoint_name)
        if endpoint is None or endpoint.endpoint_status == "Creating":
            message = f"Endpoint {endpoint_name} of account {scope.account} not found."
            return json_error(400, "ValidationError", message)
        variant = endpoint.production_variants[0]["VariantName"]
        prediction = {
            "emulated": True,
            "endpoint": endpoint_name,
            "endpoint_config": endpoint.endpoint_config_name,
            "received_bytes": len(body),
            "predictions": [0.5],
        }
        headers = {
            "Content-Type": "application/json",
            "x-Amzn-Invoked-Production-Variant": variant,
        }
        return Answer(200, headers, json.dumps(prediction).encode())

    def dump(self) -> bytes:
        """All state, to be given to `load` by a later process with the same moto."""
        with self._lock:
            state = {place: backend.__dict__ for place, backend in _backends()}
            return pickle.dumps({"moto": moto.__version__, "state": state})

    def load(self, dumped: bytes) -> None:
        """Take over what `dump` gave. Only ever called on this user's own state folder.

        Raises:
            ValueError: another version of moto wrote it, or nobody did.
        """
        way_out = "Run `mlops-gitops local reset` to start afresh."
        try:
            loaded: Mapping[str, Any] = pickle.loads(dumped)  # noqa: S301 -- our own file, folder mode 0700
        except (pickle.UnpicklingError, EOFError, AttributeError, ImportError) as error:
            raise ValueError(f"SageMaker's state cannot be read ({error}). {way_out}") from error
        if loaded["moto"] != moto.__version__:
            written = f"SageMaker's state was written with moto {loaded['moto']}"
            raise ValueError(f"{written}, this is {moto.__version__}. {way_out}")
        with self._lock:
            for (account, region), state in loaded["state"].items():
                sagemaker_backends[account][region].__dict__.update(state)


def _backends() -> Iterator[tuple[tuple[str, str], Backend]]:
    for account, regions in list(sagemaker_backends.items()):
        for region, backend in list(regions.items()):
            yield (account, region), cast("Backend", backend)
