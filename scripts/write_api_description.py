"""Write schemas/api.json: the API as OpenAPI 3.1, whose configs are the pipeline types' schemas.

Run it with `make docs` after a type was added; a test holds the file to what it writes.
"""

import json
from pathlib import Path
from typing import Any

from mlops_gitops.adapters.package_data import InstalledData
from mlops_gitops.api.request import LONGEST
from mlops_gitops.use_cases.validate import read_schemas

SCHEMAS = Path(__file__).parents[1] / "schemas"
FILE = SCHEMAS / "api.json"
NAME = {"type": "string", "pattern": "^[A-Za-z0-9](-*[A-Za-z0-9]){0,62}$"}
VERSION = {
    "anyOf": [
        {"type": "integer", "minimum": 1, "maximum": 999999999},
        {"type": "string", "pattern": "^([1-9][0-9]{0,8})?$"},
    ]
}
SECTIONS = (
    "model_overview",
    "business_details",
    "intended_uses",
    "training_details",
    "evaluation_details",
    "additional_information",
)
STATUSES = {
    400: ("Problem", "The body is not what the API takes; configs have all their problems."),
    403: ("Refusal", "The settings do not allow what would change."),
    404: ("Refusal", "There is no such delivery pipeline."),
    405: ("Refusal", "The path takes POST."),
    409: ("Refusal", "Something is in a state in which this is not safe."),
    413: ("Refusal", f"The body has more than {LONGEST} bytes."),
    502: ("Refusal", "AWS or the host of the repository refused."),
    503: ("Refusal", "AWS is too busy."),
}


def description() -> dict[str, Any]:
    """Describe the API."""
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "mlops-gitops",
            "version": "1",
            "description": "The API of MLOps Workload Orchestrator, for its clients to go on with. "
            "Each request is signed with SigV4 for the service execute-api.",
        },
        "servers": [
            {
                "url": "https://{id}.execute-api.{region}.amazonaws.com/prod",
                "variables": {"id": {"default": "abcd1234"}, "region": {"default": "us-east-1"}},
            }
        ],
        "security": [{"sigv4": []}],
        "paths": {
            "/provisionpipeline": {"post": provision()},
            "/pipelinestatus": {"post": status()},
        },
        "components": {"securitySchemes": security(), "schemas": schemas()},
    }


def provision() -> dict[str, Any]:
    """Describe the operation that takes configs."""
    return {
        "operationId": "provisionPipeline",
        "summary": "Deploy a config, propose it, or do something with a model card.",
        "description": "Sending a body again starts nothing again.",
        "requestBody": body("#/components/schemas/Provision"),
        "responses": responses("Provisioned", "What became of it.", 400, 403, 405, 409, 413),
    }


def status() -> dict[str, Any]:
    """Describe the operation that tells of a delivery pipeline."""
    return {
        "operationId": "pipelineStatus",
        "summary": "Tell what CodePipeline says of a delivery pipeline.",
        "requestBody": body("#/components/schemas/StatusRequest"),
        "responses": responses(
            "Status",
            "GetPipelineState's answer, or a message while it is made.",
            400,
            404,
            405,
            413,
        ),
    }


def body(reference: str) -> dict[str, Any]:
    """Describe a body."""
    return {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": reference}}},
    }


def responses(schema: str, what: str, *statuses: int) -> dict[str, Any]:
    """Describe answers: the good one, and those that failures give."""
    found: dict[str, Any] = {"200": answer(schema, what)}
    for each in (*statuses, 502, 503):
        found[str(each)] = answer(*STATUSES[each])
    return found


def answer(schema: str, what: str) -> dict[str, Any]:
    """Describe an answer."""
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {"description": what, "content": {"application/json": content}}


def security() -> dict[str, Any]:
    """Describe how requests are signed, as API Gateway's exports do."""
    return {
        "sigv4": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        }
    }


def schemas() -> dict[str, Any]:
    """Describe bodies."""
    types = read_schemas(InstalledData()).pipeline_types()
    cards = ("CardPut", "CardDescribe", "CardDelete", "CardExport", "CardList")
    configs: list[dict[str, Any]] = [{"$ref": f"{name}.json"} for name in types]
    configs += [{"$ref": f"#/components/schemas/{name}"} for name in cards]
    return {
        "Provision": {"anyOf": configs},
        "StatusRequest": of(
            {"pipeline_id": text("ARN or name of the stack that /provisionpipeline answered with.")}
        ),
        **card_bodies(),
        **answers(),
    }


def card_bodies() -> dict[str, Any]:
    """Describe bodies about model cards."""
    section = {name: {"$ref": f"model_card.json#/properties/{name}"} for name in SECTIONS}
    kept = {name: {} for name in ("arn", "version", "created_by", "last_modified_by")}
    card = {"name": NAME, "status": {"$ref": "model_card.json#/properties/status"}}
    return {
        "CardPut": of(
            {"pipeline_type": {"enum": ["create_model_card", "update_model_card"]}, **card},
            {**section, **kept},
            optional=("status",),
        ),
        "CardDescribe": of(
            {"pipeline_type": {"const": "describe_model_card"}, "name": NAME}, {"version": VERSION}
        ),
        "CardDelete": of({"pipeline_type": {"const": "delete_model_card"}, "name": NAME}),
        "CardExport": of(
            {"pipeline_type": {"const": "export_model_card"}, "name": NAME},
            {"model_card_version": VERSION, "export_job_name": NAME},
        ),
        "CardList": of({"pipeline_type": {"const": "list_model_cards"}}),
    }


def answers() -> dict[str, Any]:
    """Describe what is answered."""
    message = text("What happened, in the predecessor's words where its clients look for them.")
    hint = text("What to do.")
    card = {"type": "object", "description": "DescribeModelCard's or ListModelCards' answer."}
    return {
        "Provisioned": of(
            {"message": {"anyOf": [message, card]}},
            {
                "pipeline_id": text("ARN of the delivery pipeline's stack; for /pipelinestatus."),
                "execution_id": text("Execution of the delivery pipeline that carries it."),
                "pull_request": text("Address of the pull request that proposes it."),
                "location": text("Where a model card was exported to."),
            },
        ),
        "Status": {
            "type": "object",
            "anyOf": [{"required": ["pipelineName", "stageStates"]}, {"required": ["message"]}],
            "properties": {
                "pipelineName": text("Name of the delivery pipeline."),
                "stageStates": {"type": "array", "items": {"type": "object"}},
                "message": message,
            },
        },
        "Refusal": of({"message": message, "hint": hint}),
        "Problem": of(
            {"message": message, "hint": hint},
            {
                "problems": {
                    "$ref": "output/problems.json#/properties/problems",
                }
            },
        ),
    }


def of(
    required: dict[str, Any], more: dict[str, Any] | None = None, optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Describe an object and all its members."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in required if name not in optional],
        "properties": {**required, **(more or {})},
    }


def text(what: str) -> dict[str, Any]:
    """Describe a text."""
    return {"type": "string", "description": what}


def written() -> str:
    """Give what the file has to hold."""
    return json.dumps(description(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
