"""Handler: what AWS Lambda calls, with requests, objects of S3, and what was handed over."""

import logging
import traceback
import uuid
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from mlops_gitops import app_function
from mlops_gitops.api.answer import Answer, defect, failure, refusal
from mlops_gitops.api.asynchronous import TryAgainError, take_handed_over, take_objects
from mlops_gitops.api.handed_over import MARK
from mlops_gitops.api.pipeline_status import pipeline_status
from mlops_gitops.api.provision import provision
from mlops_gitops.api.request import (
    LONGEST,
    BadEncodingError,
    Request,
    TooLargeError,
    request_of,
)
from mlops_gitops.config.secrets import masked
from mlops_gitops.errors import MlopsError
from mlops_gitops.use_cases.doors import Doors
from mlops_gitops.use_cases.entrance import Entrance

_log = logging.getLogger(__name__)

ROUTES: Mapping[str, Callable[[Entrance, Request], Answer]] = {
    "/provisionpipeline": provision,
    "/pipelinestatus": pipeline_status,
}
"""All of them are POST."""


class DefectError(Exception):
    """Something of ours is wrong; the log has it under this id."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any] | None:
    """Take an event; the first of a function's life reads the settings and connects.

    Raises:
        TryAgainError: an asynchronous event may work later.
        DefectError: an asynchronous event met a defect of ours.
    """
    logging.getLogger("mlops_gitops").setLevel(logging.INFO)
    return take(_doors, event)


def take(doors: Callable[[], Doors], event: Mapping[str, Any]) -> dict[str, Any] | None:
    """Answer a request, or deploy what nobody waits for.

    Args:
        doors: opens them; is called for what has to pass through them.
        event: of API Gateway, of S3, or of our own.
    """
    if "httpMethod" in event:
        return answer(doors, event).written()
    try:
        if MARK in event:
            take_handed_over(doors(), event)
        else:
            take_objects(doors(), event)
    except TryAgainError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, Lambda tries it again
        # Lambda would write it into the log as it is, and the message may hold a secret.
        raise DefectError(_log_defect(error)) from None
    return None


def answer(doors: Callable[[], Doors], event: Mapping[str, Any]) -> Answer:
    """Answer a request; a defect of ours is an answer, too."""
    try:
        return _answer(doors, request_of(event))
    except TooLargeError:
        message = f"The body has more than {LONGEST} bytes."
        hint = "Commit the config instead, and deploy it with `mlops-gitops apply`."
        return refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message, hint)
    except BadEncodingError:
        return refusal(HTTPStatus.BAD_REQUEST, "The body is not readable.", "Send UTF-8.")
    except MlopsError as error:
        _log.info("%s", masked(f"{error.message} {error.hint}"))
        return failure(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer
        return defect(_log_defect(error))


def _answer(doors: Callable[[], Doors], request: Request) -> Answer:
    route = ROUTES.get(request.path)
    if route is None:
        known = " and ".join(ROUTES)
        message = "There is nothing at this path."
        return refusal(HTTPStatus.NOT_FOUND, message, f"There are {known}.")
    if request.method != "POST":
        message = f"{request.path} takes POST."
        status = HTTPStatus.METHOD_NOT_ALLOWED
        return refusal(status, message, "Send it as POST, with a JSON body.", Allow="POST")
    return route(doors().entrance, request)


def _log_defect(error: Exception) -> str:
    number = uuid.uuid4().hex
    _log.error("defect %s\n%s", number, masked("".join(traceback.format_exception(error))))
    return number


@cache
def _doors() -> Doors:
    return app_function.open_doors()
