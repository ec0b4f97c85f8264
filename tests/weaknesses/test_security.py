"""Section 4.6: nobody becomes an administrator by a config, and nothing secret gets out."""

import json
import re
import subprocess
from typing import Any

import pytest
from blueprints.blueprint_files import ROOT, TEMPLATES, load, mappings, module_at
from e2e import every_type
from weaknesses.declared import problems

TEMPLATE_NAMES = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.parent.name)
NAMED_SERVICES = {"iam", "lambda", "states", "codebuild", "events", "scheduler", "cloudwatch"}
INDEX = module_at(ROOT / "blueprints/realtime/functions/inference/index.py", "security_index")


def statements(resource: dict[str, Any]) -> list[dict[str, Any]]:
    """Give every statement of a role's policies, those behind a condition too."""
    return [one for one in mappings(resource["Properties"].get("Policies", [])) if "Action" in one]


def listed(value: Any) -> list[Any]:
    """Give a list, also of one."""
    return value if isinstance(value, list) else [value]


@TEMPLATE_NAMES
def test_no_role_is_an_administrator(path: Any) -> None:
    """No managed policy of the kind, and no role that may attach one."""
    for name, resource in load(path)["Resources"].items():
        assert "Administrator" not in json.dumps(resource), name
        for statement in statements(resource):
            actions = listed(statement["Action"])
            assert not {"iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:CreateUser"} & set(
                actions
            )
            assert "s3:CreateBucket" not in actions, name


def test_deploying_reaches_what_belongs_to_the_installation_alone() -> None:
    """CloudFormation makes roles, functions and machines under the prefix, and no others."""
    template = load(ROOT / "blueprints/bootstrap/account.yaml")
    role = template["Resources"]["CloudFormationRole"]

    checked = 0
    for statement in statements(role):
        services = {action.split(":")[0] for action in listed(statement["Action"])}
        changes = [one for one in listed(statement["Action"]) if is_change(one)]
        if changes and services & NAMED_SERVICES:
            checked += 1
            for resource in listed(statement["Resource"]):
                assert "${Prefix}-" in json.dumps(resource), statement["Sid"]
    assert checked >= len(NAMED_SERVICES)


def is_change(action: str) -> bool:
    """Whether an action does more than look."""
    return not re.match(r"\w+:(Get|List|Describe|BatchGet)", action)


def test_nobody_but_cloudformation_acts_as_cloudformation() -> None:
    """Whoever writes a bundle runs nothing by it: the role trusts the service, not people."""
    role = load(ROOT / "blueprints/bootstrap/account.yaml")["Resources"]["CloudFormationRole"]

    (trusted,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]

    assert trusted["Principal"] == {"Service": "cloudformation.amazonaws.com"}


@TEMPLATE_NAMES
def test_nothing_logs_what_it_works_with(path: Any) -> None:
    """State machines keep hyperparameters out of logs, and functions know no debugging."""
    for name, resource in load(path)["Resources"].items():
        properties = resource.get("Properties", {})
        logging = properties.get("LoggingConfiguration", {})
        assert logging.get("IncludeExecutionData", False) is False, name
        assert "DEBUG" not in json.dumps(properties), name


def test_failures_of_the_inference_api_are_json_and_say_so() -> None:
    """Content types are ones that exist, and nothing of a traceback is in an answer."""
    reply = INDEX.answer({"body": "not json"}, None, "e")

    assert reply["headers"] == {"Content-Type": "application/json"}
    assert "Traceback" not in reply["body"]
    assert json.loads(reply["body"]).keys() == {"message"}


def build_commands() -> str:
    """Give what an image build runs."""
    template = load(ROOT / "blueprints/image_builder/template.yaml")
    found: str = template["Resources"]["BuildProject"]["Properties"]["Source"]["BuildSpec"]
    return found


def test_a_build_quotes_everything_that_it_is_given() -> None:
    """A value with blanks stays one word, and none begins an option."""
    commands = build_commands()

    outside = "".join(re.split(r'"[^"]*"', commands))

    assert "$" in commands
    assert "$" not in outside
    assert "777" not in commands
    assert "set -x" not in commands
    # Nothing of the user's is pasted into the script: CloudFormation leaves it as it is.
    assert isinstance(commands, str)
    assert "${" not in commands


@pytest.mark.parametrize("tag", ["-v", "v1;id", "$(id)", "`id`", "v 1", "v1 --push", "v1\n", "a/b"])
def test_a_tag_is_never_a_command_or_an_option(tag: str) -> None:
    """ECR takes no such tag, so it is refused before anything is built."""
    (problem,) = problems({**every_type.image_builder(), "image_tag": tag})

    assert problem.pointer == "/image_tag"


def test_what_is_deployed_phones_nobody() -> None:
    """No address of a collector is anywhere in what is installed, and no switch to turn it off."""
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8").lower()
        assert "metrics.awssolutionsbuilder.com" not in text
        assert "anonymous" not in text
    for path in (ROOT / "mlops_gitops").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        text = code.lower()
        # Scripts of users are run by an SDK that does phone, and is told here not to.
        assert "telemetry" not in text.replace('"telemetryoptout": true', ""), path
        phones = re.search(r"\b(httpx|requests|urllib3?)\.(get|post|request)\(", code)
        assert not phones, path


def test_no_file_is_open_to_everybody() -> None:
    """Neither a script nor a file of the repository may be changed by all."""
    tracked = subprocess.run(
        ["git", "ls-files", "--stage"],  # noqa: S607 - whichever git the developer has
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    modes = {line.split()[0] for line in tracked.splitlines()}

    assert modes <= {"100644", "100755", "120000"}
    for path in (*TEMPLATES, *(ROOT / "scripts").glob("*"), ROOT / "Makefile"):
        if path.is_file():
            assert not re.search(r"chmod\s+(-R\s+)?(0?777|a\+rwx)", path.read_text()), path
