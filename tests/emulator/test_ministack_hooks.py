"""The private hooks of ministack that we use: this file fails, naming the hook, when one moves.

It reads ministack without starting it; that the hooks do what we need is shown by the tests that
go through a running embedded AWS.
"""

import importlib
import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from mlops_gitops.emulator.codepipeline.clients import Clients
from mlops_gitops.emulator.replacement import CREATE_ONLY
from mlops_gitops.emulator.services import better_types, resource_types

PINNED = "1.5.33"

CFN = "ministack.services.cloudformation"
HOOKS = [
    ("ministack.app", "app", "function"),
    ("ministack.app", "SERVICE_HANDLERS", "dict"),
    ("ministack.app", "save_all", "function"),
    ("ministack.app", "_build_persistence_save_dict", "function"),
    ("ministack.app", "_credential_failure", "function"),
    ("ministack.core.router", "SERVICE_PATTERNS", "dict"),
    ("ministack.core.router", "_is_aws_service_name", "function"),
    ("ministack.core.router", "detect_service", "function"),
    ("ministack.core.router", "extract_access_key_id", "function"),
    ("ministack.core.lambda_runtime", "execution_credentials", "function"),
    ("ministack.services.lambda_svc", "execution_credentials", "function"),
    ("ministack.services.sts", "register_session", "function"),
    ("ministack.services.s3", "_delete_bucket", "function"),
    ("ministack.core.responses", "get_account_id", "function"),
    ("ministack.core.responses", "get_region", "function"),
    ("ministack.core.responses", "request_scope", "function"),
    ("ministack.core.iam_evaluator", "AuthError", "type"),
    ("ministack.core.iam_evaluator", "EvalContext", "type"),
    ("ministack.core.iam_evaluator", "evaluate_trust_policy", "function"),
    ("ministack.core.iam_evaluator", "find_iam_access_key_account", "function"),
    ("ministack.core.iam_evaluator", "resolve_caller_identity", "function"),
    ("ministack.core.iam_evaluator", "_resolve_managed_policy_document", "function"),
    ("ministack.core.iam_evaluator", "_resource_policy", "function"),
    ("ministack.core.iam_actions", "access_denied_response", "function"),
    (f"{CFN}", "_stacks", "AccountRegionScopedDict"),
    (f"{CFN}", "_change_sets", "AccountRegionScopedDict"),
    (f"{CFN}", "_PERSISTED_STORES", "tuple"),
    (f"{CFN}", "get_state", "function"),
    ("ministack.core.persistence", "STATE_DIR", "str"),
    ("ministack.core.persistence", "_json_default", "function"),
    (f"{CFN}.handlers", "_ACTION_HANDLERS", "dict"),
    (f"{CFN}.provisioners", "_RESOURCE_HANDLERS", "dict"),
    (f"{CFN}.provisioners", "_REPLACING_PROPERTIES", "dict"),
    (f"{CFN}.provisioners", "_CUSTOM_NAME_REPLACEMENT", "dict"),
    (f"{CFN}.provisioners", "_STACK_TAG_PROPERTY", "dict"),
    (f"{CFN}.provisioners", "_physical_name", "function"),
    (f"{CFN}.drift", "_DRIFT_READERS", "dict"),
    (f"{CFN}.drift", "detect_resource_drift", "function"),
    (f"{CFN}.drift", "supports_drift", "function"),
    (f"{CFN}.changesets", "_find_change_set", "function"),
    (f"{CFN}.engine", "_resolve_refs", "function"),
    (f"{CFN}.engine", "_evaluate_conditions", "function"),
    (f"{CFN}.engine", "_NO_VALUE", "object"),
    (f"{CFN}.stacks", "_property_recreation", "function"),
    (f"{CFN}.changesets", "_IMPORT_LOOKUPS", "dict"),
    (f"{CFN}.stacks", "_runs_on_worker_thread", "function"),
    (f"{CFN}.stacks", "_add_event", "function"),
    (f"{CFN}.stacks", "_provision_resource", "function"),
    (f"{CFN}.stacks", "_update_resource", "function"),
    (f"{CFN}.stacks", "_delete_resource", "function"),
    ("ministack.services.ecr", "_repositories", "AccountRegionScopedDict"),
    ("ministack.services.eventbridge", "_put_events", "function"),
    ("ministack.services.iam", "_roles", "AccountScopedDict"),
    ("ministack.services.stepfunctions", "_execute_task", "function"),
    ("ministack.services.stepfunctions", "_invoke_resource", "function"),
    ("ministack.services.stepfunctions", "_error_matches", "function"),
    ("ministack.services.stepfunctions", "_ExecutionError", "type"),
    ("ministack.services.stepfunctions", "_state_machines", "AccountRegionScopedDict"),
    ("ministack.services.scheduler", "_schedules", "AccountRegionScopedDict"),
    ("ministack.services.sts", "_sessions", "dict"),
    (f"{CFN}.changesets", "_resolve_template", "function"),
    (f"{CFN}.changesets", "_parse_template", "function"),
    (f"{CFN}.helpers", "_esc", "function"),
    ("ministack.services.apigateway_v1", "_deployments_v1", "AccountRegionScopedDict"),
    ("ministack.services.apigateway_v1", "_resources", "AccountRegionScopedDict"),
    ("ministack.services.apigateway_v1", "_rest_apis", "AccountRegionScopedDict"),
    ("ministack.services.apigateway_v1", "_stages_v1", "AccountRegionScopedDict"),
    ("ministack.services.cloudwatch", "_alarms", "AccountRegionScopedDict"),
    ("ministack.services.codebuild", "_projects", "AccountRegionScopedDict"),
    ("ministack.services.codebuild", "_project_shape", "function"),
    (f"{CFN}.provisioners", "_codebuild_cfn_to_api", "function"),
    ("ministack.services.eventbridge", "_rules", "AccountRegionScopedDict"),
    ("ministack.services.eventbridge", "_targets", "AccountRegionScopedDict"),
    ("ministack.services.lambda_svc", "_functions", "AccountRegionScopedDict"),
    (f"{CFN}.helpers", "_p", "function"),
    (f"{CFN}.helpers", "_error", "function"),
    ("ministack.services.s3", "_bucket_owner_account", "function"),
    ("ministack.services.s3", "_bucket_default_sse_headers", "function"),
    ("ministack.services.s3", "_put_bucket_encryption", "function"),
    ("ministack.services.sns", "_topic_by_arn_any_scope", "function"),
    ("ministack.services.sns", "_topics", "AccountRegionScopedDict"),
    ("ministack.services.kms", "_resolve_key", "function"),
    ("ministack.services.sts", "_session_expired", "function"),
    ("ministack.services.sts", "_error", "function"),
    ("ministack.services.sts", "_web_identity_trust_denied", "function"),
    ("ministack.services.sts", "get_state", "function"),
    ("ministack.services.sts", "load_persisted_state", "function"),
]

SIGNATURES = [
    ("ministack.core.persistence", "save_state", ["service", "data"]),
    ("ministack.core.persistence", "_state_format_version", ["service"]),
    (f"{CFN}.provisioners", "_physical_name", ["stack_name", "logical_id"]),
    (f"{CFN}.stacks", "_runs_on_worker_thread", ["resource_type"]),
    (
        f"{CFN}.stacks",
        "_provision_resource",
        ["resource_type", "logical_id", "props", "stack_name"],
    ),
    (
        f"{CFN}.stacks",
        "_update_resource",
        ["resource_type", "physical_id", "old_props", "new_props", "stack_name"],
    ),
    (
        f"{CFN}.stacks",
        "_delete_resource",
        ["resource_type", "physical_id", "props", "stack_name", "logical_id"],
    ),
    ("ministack.services.s3", "_put_bucket_encryption", ["name", "body"]),
    (
        f"{CFN}.stacks",
        "_add_event",
        ["stack_id", "stack_name", "logical_id", "resource_type", "status"],
    ),
    (
        "ministack.services.stepfunctions",
        "_execute_task",
        ["state_def", "raw_input", "execution", "ctx"],
    ),
    ("ministack.services.stepfunctions", "_invoke_resource", ["resource", "input_data"]),
    (
        "ministack.services.s3",
        "_foreign_bucket_allows",
        ["owner_account", "bucket_name", "key", "method", "query_params", "caller", "headers"],
    ),
    ("ministack.services.stepfunctions", "_error_matches", ["error_equals", "error"]),
    ("ministack.services.stepfunctions", "_ExecutionError", ["error", "cause"]),
    ("ministack.app", "_credential_failure", ["service", "iam_action", "request_id", "denied"]),
]


def test_ministack_is_the_version_whose_hooks_were_read() -> None:
    """A new ministack is taken on purpose: read its hooks, then change PINNED."""
    assert version("ministack") == PINNED


@pytest.mark.parametrize(("module", "name", "kind"), HOOKS)
def test_hook_exists(module: str, name: str, kind: str) -> None:
    """The hook is where it was, and of its kind."""
    found = getattr(importlib.import_module(module), name, None)

    assert found is not None, f"ministack {version('ministack')} has no {module}.{name}"
    kinds = {parent.__name__ for parent in type(found).__mro__}
    assert kind in kinds, f"{module}.{name} is a {type(found).__name__}, no longer a {kind}"


def test_known_service_names_are_kept_where_we_put_them() -> None:
    """The list that we give ministack is the one it reads."""
    source = inspect.getsource(importlib.import_module("ministack.core.router"))

    assert "_KNOWN_AWS_SERVICE_NAMES: frozenset | None = None" in source


@pytest.mark.parametrize(("module", "name", "expected"), SIGNATURES)
def test_hook_takes_what_we_give(module: str, name: str, expected: list[str]) -> None:
    """The first parameters of the function are those we fill."""
    function = getattr(importlib.import_module(module), name)

    assert list(inspect.signature(function).parameters)[: len(expected)] == expected, (
        f"{module}.{name} takes other parameters now"
    )


def test_each_type_of_our_blueprints_has_replacement_facts() -> None:
    """A change set's verdict on a type that nobody has facts of would be a guess."""
    templates = Path(__file__).parents[2].glob("blueprints/**/*.yaml")
    text = "\n".join(template.read_text() for template in templates)
    used = set(re.findall(r"^    Type: (AWS::[A-Za-z0-9:]+)$", text, re.MULTILINE))

    def no_api(_scope: object, operation: str, _request: object) -> dict[str, object]:
        raise AssertionError(operation)

    ours = {kind.type_name for kind in resource_types(no_api, no_api)}
    ours |= {kind.type_name for kind in better_types(Clients("http://127.0.0.1:1"))}
    theirs = importlib.import_module(f"{CFN}.provisioners")._REPLACING_PROPERTIES
    assert used > {"AWS::SageMaker::Model", "AWS::IAM::Role"}
    assert used - ours - CREATE_ONLY.keys() - theirs.keys() == set()
