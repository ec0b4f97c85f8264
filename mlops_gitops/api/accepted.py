"""Accepted: what whoever handed a config in is told."""

from mlops_gitops.api.answer import Answer, ok
from mlops_gitops.use_cases.entrance import Accepted, Step


def accepted(done: Accepted) -> Answer:
    """Answer as the predecessor did, whose clients look for these words."""
    names = {"pipeline_id": done.pipeline_id, "execution_id": done.execution_id}
    said = {name: value for name, value in names.items() if value}
    there = f"Pipeline {done.stack} is already provisioned."
    match done.step:
        case Step.CREATING:
            return ok(message="success: stack creation started", **said)
        case Step.STARTED:
            return ok(message=f"{there} Updating template parameters.", **said)
        case Step.UNCHANGED if done.pipeline_id:
            return ok(message=f"{there} No updates are to be performed.", **said)
        case Step.UNCHANGED:
            return ok(message="The repository says this already. Nothing is to be proposed.")
        case Step.PROPOSED:
            return ok(message="A pull request proposes this.", pull_request=done.pull_request)
