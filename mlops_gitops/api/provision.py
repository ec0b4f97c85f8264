"""`POST /provisionpipeline`: deploy a config, or do something with a model card."""

from mlops_gitops.api import model_cards
from mlops_gitops.api.accepted import accepted
from mlops_gitops.api.answer import Answer
from mlops_gitops.api.handed_over import event_of
from mlops_gitops.api.request import Request, members_of
from mlops_gitops.use_cases.entrance import CONFIG, Entrance, judge, submit


def provision(entrance: Entrance, request: Request) -> Answer:
    """Answer a request.

    Raises:
        MlopsError: it cannot be done; a config with errors is InvalidRepository.
    """
    members = members_of(request)
    operation = model_cards.OPERATIONS.get(str(members.get("pipeline_type")))
    if operation is not None:
        return operation(entrance, request, members)
    return deploy(entrance, request, request.body)


def deploy(entrance: Entrance, request: Request, content: bytes) -> Answer:
    """Answer with what became of a config.

    Raises:
        MlopsError: it has errors, or cannot be deployed.
    """
    config = judge(entrance, CONFIG, content)
    return accepted(submit(entrance, config, request.by, event_of(content, request.by)))
