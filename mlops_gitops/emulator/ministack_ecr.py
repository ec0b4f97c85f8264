"""ECR of ministack, where it answers for the wrong registry or says nothing of a missing image.

ministack passes over `registryId`, and so would tell the digest of the caller's own image of that
name; and it answers an image that is not there with an empty list.

Import it only after `prepare_environment`. The private hook in use is `app.SERVICE_HANDLERS`, held
by `tests/emulator/test_ministack_hooks.py`.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import ministack.app as gateway
from ministack.core.responses import get_account_id, get_region, request_scope

from mlops_gitops.emulator.wire import JSON_CONTENT_TYPE, Answer, json_error

_Raw = tuple[int, dict[str, str], bytes]
_Handler = Callable[[str, str, dict[str, str], bytes, dict[str, list[str]]], Awaitable[_Raw]]
_PREFIX = "AmazonEC2ContainerRegistry_V20150921"
_OK = 200


def keep_registries_apart() -> None:
    """Let each registry answer for itself, and refuse images that are not there."""
    inner: _Handler = gateway.SERVICE_HANDLERS["ecr"]

    async def guarded(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> _Raw:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        request = _parsed(body)
        registry = request.get("registryId", get_account_id())
        caller = get_account_id()
        with request_scope(registry, get_region()):
            if registry != caller and not await _may_ask(inner, request, caller):
                return _raw(_denied(operation, request, registry, caller))
            answer = await inner(method, path, headers, body, query)
        missing = _missing_image(operation, request, answer)
        return _raw(_not_found(missing, request, registry)) if missing else answer

    gateway.SERVICE_HANDLERS["ecr"] = guarded


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


async def _may_ask(inner: _Handler, request: Mapping[str, Any], caller: str) -> bool:
    """Whether the repository's own policy names the caller's account; all else is not evaluated."""
    asked = json.dumps({"repositoryName": request.get("repositoryName", "")}).encode()
    target = {
        "x-amz-target": f"{_PREFIX}.GetRepositoryPolicy",
        "content-type": JSON_CONTENT_TYPE,
    }
    status, _, body = await inner("POST", "/", target, asked, {})
    policy = json.loads(body).get("policyText", "") if status == _OK else ""
    return caller in policy or '"*"' in policy


def _denied(operation: str, request: Mapping[str, Any], registry: str, caller: str) -> Answer:
    """AWS's refusal, which is the same for a repository that does not exist."""
    place = f"arn:aws:ecr:{get_region()}:{registry}:repository/{request.get('repositoryName', '*')}"
    action = f"ecr:{operation}"
    message = (
        f"User: arn:aws:iam::{caller}:root is not authorized to perform: {action} on resource: "
        f"{place} because no resource-based policy allows the {action} action"
    )
    return json_error(400, "AccessDeniedException", message)


def _missing_image(
    operation: str, request: Mapping[str, Any], answer: _Raw
) -> Mapping[str, str] | None:
    """The first image of those asked for that DescribeImages did not find."""
    if operation != "DescribeImages" or answer[0] != _OK:
        return None
    found = json.loads(answer[2]).get("imageDetails", [])
    for image in request.get("imageIds") or ():
        tagged, digest = image.get("imageTag"), image.get("imageDigest")
        if not any(
            (tagged is None or tagged in details.get("imageTags", ()))
            and digest in (None, details["imageDigest"])
            for details in found
        ):
            return dict(image)
    return None


def _not_found(image: Mapping[str, str], request: Mapping[str, Any], registry: str) -> Answer:
    digest, tag = image.get("imageDigest", "null"), image.get("imageTag", "null")
    message = (
        f"The image with imageId {{imageDigest:'{digest}', imageTag:'{tag}'}} does not exist "
        f"within the repository with name '{request['repositoryName']}' in the registry with id "
        f"'{registry}'"
    )
    return json_error(400, "ImageNotFoundException", message)


def _raw(answer: Answer) -> _Raw:
    return answer.status, dict(answer.headers), answer.body
