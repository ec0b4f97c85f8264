"""The action, the reusable workflows, the GitLab template and the hook are sound where they run."""

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from ci_files import ROOT, against_schema, audited, read_yaml, run_shell

from mlops_gitops.cli import COMMANDS, group

ACTION = ROOT / "action.yml"
WORKFLOWS = ROOT / ".github" / "workflows"
REUSABLE = ("validate", "plan", "apply", "release")
GITLAB = ROOT / "templates" / "gitlab" / "mlops-gitops.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
PIPELINE = ROOT / "blueprints" / "bootstrap" / "ci_pipeline.yaml"


def workflow(name: str) -> Any:
    """Read a workflow of this repository."""
    return read_yaml(WORKFLOWS / f"{name}.yml")


def job(name: str) -> Any:
    """Give the only job of a reusable workflow."""
    (only,) = workflow(name)["jobs"].values()
    return only


@pytest.mark.parametrize("file", sorted(WORKFLOWS.glob("*.yml")), ids=lambda path: path.name)
def test_workflows_are_what_github_takes(file: Path) -> None:
    """Each has the form of the schema of workflows."""
    assert not against_schema(file, "github-workflows")


def test_the_action_is_what_github_takes() -> None:
    """It has the form of the schema of actions."""
    assert not against_schema(ACTION, "github-actions")


def test_the_template_is_what_gitlab_takes() -> None:
    """It has the form of the schema of GitLab's CI."""
    assert not against_schema(GITLAB, "gitlab-ci")


def test_a_wrong_key_is_seen(tmp_path: Path) -> None:
    """The schemas refuse what is not there, so that the tests above can fail."""
    text = (WORKFLOWS / "plan.yml").read_text(encoding="utf-8")
    wrong = tmp_path / "plan.yml"
    wrong.write_text(text.replace("runs-on:", "run-on:"), encoding="utf-8")

    assert "run-on" in against_schema(wrong, "github-workflows")


def test_nothing_in_them_worries_a_security_linter() -> None:
    """Zizmor, pedantic, finds nothing, and nothing is excused."""
    assert not audited(ACTION, WORKFLOWS)
    assert "zizmor:" not in ACTION.read_text("utf-8")


def test_text_of_others_in_a_shell_would_be_seen(tmp_path: Path) -> None:
    """A title in a script is found, so that the test above can fail."""
    text = (WORKFLOWS / "validate.yml").read_text(encoding="utf-8")
    planted = tmp_path / ".github" / "workflows" / "validate.yml"
    planted.parent.mkdir(parents=True)
    step = "      - run: echo ${{ github.event.pull_request.title }}\n"
    planted.write_text(text + step, encoding="utf-8")

    assert "template-injection" in audited(planted)


def test_no_text_of_a_user_gets_into_a_script() -> None:
    """Scripts hold no expression at all; what they need comes through the environment."""
    steps = [*read_yaml(ACTION)["runs"]["steps"]]
    steps += [step for name in REUSABLE for step in job(name)["steps"]]
    scripts = [step["run"] for step in steps if "run" in step]

    assert scripts
    assert not [script for script in scripts if "${{" in script]


@pytest.mark.parametrize("name", REUSABLE)
def test_a_reusable_workflow_asks_for_little(name: str) -> None:
    """No permission but its job's own, no event but a call, no input without a word on it."""
    found = workflow(name)
    inputs = found["on"]["workflow_call"]["inputs"]

    assert list(found["on"]) == ["workflow_call"]
    assert found["permissions"] == {}
    assert all(each["description"] and each["type"] == "string" for each in inputs.values())
    assert "pull_request_target:" not in (WORKFLOWS / f"{name}.yml").read_text("utf-8")


def test_permissions_are_those_that_each_needs() -> None:
    """Validating reads; planning comments, reports and takes a role; the others take a role."""
    assert {name: job(name)["permissions"] for name in REUSABLE} == {
        "validate": {"contents": "read"},
        "plan": {
            "contents": "read",
            "id-token": "write",
            "pull-requests": "write",
            "checks": "write",
        },
        "apply": {"contents": "read", "id-token": "write"},
        "release": {"contents": "read", "id-token": "write"},
    }


def test_who_has_no_identity_gets_no_role() -> None:
    """Only branches of the repository itself are planned with credentials, and not Dependabot's."""
    (step,) = [step for step in job("plan")["steps"] if "configure-aws" in step.get("uses", "")]

    assert step["if"].split(" && ") == [
        "inputs.role != ''",
        "github.event.pull_request.head.repo.full_name == github.repository",
        "github.event.pull_request.user.login != 'dependabot[bot]'",
    ]


def test_the_check_to_require_is_the_job_that_runs(tmp_path: Path) -> None:
    """GitHub names a called job by its caller's name and its own; docs and `init` agree on both."""
    written = (ROOT / "mlops_gitops/cli/init_files/github.yml").read_text(encoding="utf-8")
    (tmp_path / "github.yml").write_text(re.sub(r"%\{\w+\}", "x", written), encoding="utf-8")
    caller = read_yaml(tmp_path / "github.yml")["jobs"]["plan"]
    document = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")

    assert f"`{caller['name']} / {job('plan')['name']}`" in document
    assert caller["uses"].partition("@")[0].endswith("/.github/workflows/plan.yml")
    assert not any("continue-on-error" in step for step in job("plan")["steps"])


def test_applying_is_bound_and_never_cancelled() -> None:
    """One after the other, in an environment, and a newer push does not stop an older one."""
    for acting in (job("apply"), job("release")):
        assert acting["concurrency"]["cancel-in-progress"] is False
        assert "github.ref" not in acting["concurrency"]["group"]
        assert acting["environment"] == "${{ inputs.environment }}"
    assert job("plan")["concurrency"]["cancel-in-progress"] is True


def test_what_is_pinned_is_what_runs() -> None:
    """The workflows run the action of their own commit; no checkout leaves its token behind."""
    for name in REUSABLE:
        steps = job(name)["steps"]

        assert [step for step in steps if step.get("uses") == "$/"]
        checkouts = [step for step in steps if "actions/checkout" in step.get("uses", "")]
        assert [step["with"]["persist-credentials"] for step in checkouts] == [False]


@pytest.mark.parametrize(
    ("command", "code", "called"),
    [
        ("ci", 0, "ci"),
        ("validate", 0, "validate --output github"),
        ("release", 0, "approve --by-settings"),
        ("apply --yes", 1, ""),
        ("ci; touch owned", 1, ""),
        ("$(touch owned)", 1, ""),
    ],
)
def test_the_action_runs_what_it_offers(
    command: str, code: int, called: str, tmp_path: Path
) -> None:
    """Its commands are called as the command line has them; anything else is refused."""
    program = tmp_path / "mlops-gitops" / "bin" / "mlops-gitops"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$@" > called\n', encoding="utf-8")
    program.chmod(0o755)
    script = read_yaml(ACTION)["runs"]["steps"][-1]["run"]

    done = run_shell(script, tmp_path, RUNNER_TEMP=str(tmp_path), COMMAND=command)

    assert done.returncode == code
    file = tmp_path / "called"
    assert (file.read_text("utf-8").strip() if file.exists() else "") == called
    assert not (tmp_path / "owned").exists()


def test_every_input_and_output_of_the_action_is_explained() -> None:
    """A reader of the marketplace page knows what each is for; none has to be given."""
    action = read_yaml(ACTION)

    assert all(each["description"] and "default" in each for each in action["inputs"].values())
    assert all(each["description"] for each in action["outputs"].values())


@pytest.mark.parametrize(
    ("role", "expected"), [("", ""), ("arn:aws:iam::111111111111:role/r", "token of the job")]
)
def test_gitlab_takes_a_role_only_where_one_is_given(
    role: str, expected: str, tmp_path: Path
) -> None:
    """Without a role, boto3 is pointed at nothing; with one, at the job's own token."""
    script = read_yaml(GITLAB)[".mlops-gitops"]["before_script"][-1]
    tell = 'if [ -n "${AWS_ROLE_ARN:-}" ]; then cat "$AWS_WEB_IDENTITY_TOKEN_FILE"; fi'

    done = run_shell(
        f"{script}\n{tell}",
        tmp_path,
        TMPDIR=str(tmp_path),
        MLOPS_GITOPS_ROLE=role,
        MLOPS_GITOPS_ID_TOKEN="token of the job",
        CI_JOB_ID="1",
    )

    assert (done.returncode, done.stdout) == (0, expected)


def test_gitlab_gives_a_fork_no_role() -> None:
    """The rule that names the role holds for the project's own branches alone."""
    own, other = read_yaml(GITLAB)["mlops-gitops plan"]["rules"]

    assert "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID" in own["if"]
    assert own["variables"] == {"MLOPS_GITOPS_ROLE": "$MLOPS_GITOPS_PLAN_ROLE"}
    assert "variables" not in other


def test_gitlab_applies_one_after_the_other() -> None:
    """A resource group holds them apart, and nothing interrupts one; only the branch does it."""
    for name in ("mlops-gitops apply", "mlops-gitops approve"):
        acting = read_yaml(GITLAB)[name]
        (rule,) = acting["rules"]
        assert acting["resource_group"]
        assert acting["interruptible"] is False
        assert "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in rule["if"]


@pytest.mark.parametrize(
    ("path", "is_ours"),
    [
        ("mlops-gitops.yaml", True),
        ("models/churn/mlops-config.json", True),
        ("blueprints/webhook/template.yaml", True),
        ("models/churn/train.asl.json", True),
        ("models/churn/code/train.py", True),
        ("README.md", False),
        ("models/churn/mlops-config.json.bak", False),
    ],
)
def test_the_hook_runs_for_what_validate_reads(path: str, is_ours: bool) -> None:  # noqa: FBT001 - a column of the table
    """Committing anything else does not wait for it."""
    (hook,) = read_yaml(HOOKS)

    assert bool(re.search(hook["files"], path)) is is_ours
    assert hook["pass_filenames"] is False


def test_what_they_call_exists() -> None:
    """Each call of the program, wherever it stands, names a command of it."""
    text = "\n".join(file.read_text("utf-8") for file in (ACTION, GITLAB, HOOKS, PIPELINE))
    calls = re.findall(r'(?:"\$program"|bin/mlops-gitops|entry: mlops-gitops) ([^\n;>]+)', text)

    assert len(calls) >= 9  # three of the action, four of GitLab, one of the hook, one of AWS
    for call in calls:
        parse(shlex.split(call))


def parse(words: list[str]) -> None:
    """Hold a call to the command's options; click raises where there is no such thing."""
    name, *rest = words
    assert name in COMMANDS, name
    command = group.get_command(click.Context(group), name)
    assert command is not None
    # Click keeps the help option that it makes first, so it is made as the command line makes it.
    context = click.Context(command, parent=click.Context(group, **group.context_settings))
    command.make_parser(context).parse_args(rest)
