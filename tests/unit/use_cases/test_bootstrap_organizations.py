"""Whole organizational units: one StackSet, its stack in the accounts of the settings alone."""

import json
from dataclasses import replace

import pytest
from builders import ACCOUNTS, ORCHESTRATOR, SETTINGS, Trial, preparation, repository

from mlops_gitops.config.installation import Bootstrap, Organizations
from mlops_gitops.config.settings import Settings
from mlops_gitops.diff.bootstrap import BootstrapPlan, PartChange
from mlops_gitops.diff.plan import Action
from mlops_gitops.errors import AwsError, Blocked
from mlops_gitops.use_cases.bootstrap import bootstrap
from mlops_gitops.views.bootstrap_json import bootstrap_json
from mlops_gitops.views.bootstrap_text import bootstrap_text

NAME = "mlops-gitops-account"
DEV, STAGING, PROD = ACCOUNTS.values()


@pytest.fixture
def made() -> Trial:
    """An organization whose accounts are in the units that the settings name."""
    trial = Trial(repository(settings=SETTINGS))
    trial.cloud.stack_sets.units = {DEV: "ou-dev", STAGING: "ou-live", PROD: "ou-live"}
    return trial


def settings_of(made: Trial) -> Settings:
    """Settings that go through the organization."""
    before = made.world().settings
    units = made.cloud.stack_sets.units | {PROD: "ou-live"}
    stages = tuple(replace(each, ou=units[each.account]) for each in before.stages)
    organizations = Bootstrap(organizations=Organizations.SELF)
    return replace(before, stages=stages, bootstrap=organizations)


def run(
    made: Trial, settings: Settings | None = None, account: str = ORCHESTRATOR
) -> tuple[BootstrapPlan, list[str]]:
    """Run it; give what was shown, and what was told meanwhile."""
    shown: list[BootstrapPlan] = []
    told: list[str] = []
    ready = preparation(made, settings or settings_of(made), account)
    bootstrap(ready, shown.append, lambda: None, told.append)
    return shown[0], told


def carried(planned: BootstrapPlan) -> PartChange:
    """Give the StackSet of a plan."""
    (found,) = [each for each in planned.parts if each.accounts]
    return found


def test_every_account_of_the_settings_gets_its_stack(made: Trial) -> None:
    """Made in one go from the orchestrator, each account's result told; its own stack as ever."""
    planned, told = run(made)

    assert carried(planned).change.action is Action.CREATE
    assert carried(planned).missing == (DEV, STAGING, PROD)
    assert [line for line in told if line.endswith("is there")] == [
        f"{account}: {NAME} is there" for account in (DEV, STAGING, PROD)
    ]
    assert made.cloud.stack_sets.calls == ["create", "add"]
    own = [each.deployed.id.name for each in made.cloud.stacks.records(ORCHESTRATOR)]
    assert NAME in own
    assert made.cloud.stacks.records(DEV) == ()


def test_a_second_run_writes_nothing(made: Trial) -> None:
    """No change is said."""
    run(made)
    made.cloud.stack_sets.calls.clear()

    planned, _ = run(made)

    assert planned.is_empty
    assert made.cloud.stack_sets.calls == []


def test_one_failure_is_told_by_its_account_and_mended_by_the_next_run(made: Trial) -> None:
    """The others have theirs; AWS's reason is quoted; what is done stays done."""
    made.cloud.stack_sets.broken[STAGING] = "Role mlops-gitops-plan already exists"

    with pytest.raises(AwsError) as told:
        run(made)

    assert "failed in 1 of 3 accounts" in told.value.message
    assert f"{STAGING}: Role mlops-gitops-plan already exists." in told.value.message
    assert "`mlops-gitops bootstrap` again" in told.value.hint

    made.cloud.stack_sets.broken.clear()
    planned, _ = run(made)
    assert carried(planned).missing == (STAGING,)
    assert run(made)[0].is_empty


def test_an_account_outside_of_its_unit_is_named(made: Trial) -> None:
    """AWS leaves it out without a word; bootstrap does not."""
    del made.cloud.stack_sets.units[PROD]

    with pytest.raises(AwsError, match=f"{PROD}: it is in no unit that its stage names"):
        run(made)


def test_a_new_template_is_brought_to_all(made: Trial) -> None:
    """An update reaches every account that has the stack, and a new account gets it."""
    run(made)
    made.cloud.stack_sets.calls.clear()
    settings = replace(settings_of(made), external_id="acme-4711")

    planned, _ = run(made, settings)

    assert carried(planned).change.action is Action.UPDATE
    assert made.cloud.stack_sets.calls == ["update"]
    found = made.cloud.stack_sets.find(NAME)
    assert found is not None
    assert found.parameters["ExternalId"] == "acme-4711"


def test_accounts_that_the_settings_name_no_more_are_told_and_keep_their_stack(
    made: Trial,
) -> None:
    """Nothing is taken from an account because a stage went."""
    run(made)
    settings = settings_of(made)

    planned, _ = run(made, replace(settings, stages=settings.stages[:2]))

    assert carried(planned).left == (PROD,)
    assert f"in accounts {PROD}, which the settings name no more: stays" in bootstrap_text(planned)
    found = made.cloud.stack_sets.find(NAME)
    assert found is not None
    assert PROD in {each.account for each in found.accounts}
    (told,) = json.loads(bootstrap_json([planned], None))["plans"]
    assert [each["left"] for each in told["parts"] if each["accounts"]] == [[PROD]]


def test_a_stage_is_not_prepared_twice(made: Trial) -> None:
    """With credentials of a stage it is said from where its StackSet is run."""
    with pytest.raises(Blocked, match="is prepared by a StackSet") as told:
        run(made, account=DEV)

    assert ORCHESTRATOR in told.value.hint
