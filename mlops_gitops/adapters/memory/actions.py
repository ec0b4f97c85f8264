"""What the actions of a delivery pipeline do to stacks and objects in memory."""

from mlops_gitops.adapters.memory.assets import MemoryAssets
from mlops_gitops.adapters.memory.delivery import Action, Definition, Run
from mlops_gitops.adapters.memory.machines import MemoryMachines
from mlops_gitops.adapters.memory.stacks import MemoryStacks
from mlops_gitops.desired.stack import DeployableStack
from mlops_gitops.diff.change_set import ChangeSetState
from mlops_gitops.diff.deployed import StackStatus
from mlops_gitops.diff.plan import Verdict
from mlops_gitops.diff.states import state_of
from mlops_gitops.errors import AwsError
from mlops_gitops.package.make import read_bundle

_GOOD = {StackStatus.CREATE_COMPLETE, StackStatus.UPDATE_COMPLETE}
_EXECUTION_ID = "#{codepipeline.PipelineExecutionId}"


class Failed(Exception):
    """An action failed; the text says why."""


class Actions:
    """The actions that delivery pipelines are made of; any other fails and says so."""

    def __init__(
        self, stacks: MemoryStacks, assets: MemoryAssets, machines: MemoryMachines
    ) -> None:
        self._stacks = stacks
        self._assets = assets
        self._machines = machines

    def begin(self, definition: Definition, run: Run, action: Action) -> bool:
        """Begin an action; whether it is done at once.

        Raises:
            Failed: it cannot be done.
        """
        try:
            return self._begin(definition, run, action)
        except AwsError as error:
            raise Failed(error.message) from error

    def is_done(self, definition: Definition, run: Run, action: Action) -> bool:
        """Whether an action that began is done.

        Raises:
            Failed: it ended badly.
        """
        if action.kind == "StepFunctions":
            return self._has_run(run, action)
        if action.kind != "CHANGE_SET_EXECUTE":
            return False  # a person decides
        stack = self._stacks.find(definition.stack_of(action))
        if stack is None:
            raise Failed(f"Stack {definition.stack_of(action)} is gone.")
        if state_of(stack.status).verdict is Verdict.BUSY:
            return False
        if stack.status not in _GOOD:
            raise Failed(f"Stack {stack.id.name} is in {stack.status.value}.")
        return True

    def _begin(self, definition: Definition, run: Run, action: Action) -> bool:
        match action.kind:
            case "S3":
                self._fetch(run, action)
                return True
            case "CHANGE_SET_REPLACE":
                self._prepare(definition, run, action)
                return True
            case "Manual":
                run.token = f"token-{run.id}-{action.stage}"
                return False
            case "CHANGE_SET_EXECUTE":
                return self._execute(definition, run, action)
            case "StepFunctions":
                machine = action.configuration["StateMachineArn"]
                self._machines.start(machine, execution_arn(run, action))
                return not self._machines.steps.get(machine) and self._has_run(run, action)
            case other:
                raise Failed(f"The twin has no action {other}.")

    def _has_run(self, run: Run, action: Action) -> bool:
        if not self._machines.is_over(execution_arn(run, action)):
            return False
        why = self._machines.failing.get(action.configuration["StateMachineArn"])
        if why is not None:
            raise Failed(why)
        return True

    def _fetch(self, run: Run, action: Action) -> None:
        key = action.configuration["S3ObjectKey"]
        latest = self._assets.latest(key)
        if latest is None:
            raise Failed(f"There is no object {key}.")
        run.bundle_version = run.wanted or latest.version_id

    def _prepare(self, definition: Definition, run: Run, action: Action) -> None:
        key = next(each for each in definition.actions if each.kind == "S3").configuration
        bundle = read_bundle(self._assets.read(key["S3ObjectKey"], run.bundle_version))
        path = action.configuration["TemplatePath"].removeprefix("Bundle::")
        stage = bundle[path.split("/", 1)[0]]
        stack = DeployableStack(
            id=definition.stack_of(action),
            template=stage.template,
            parameters=stage.parameters,
            tags=stage.tags,
            capabilities=(),
        )
        self._stacks.prepare(stack, _change_set_name(run, action))

    def _execute(self, definition: Definition, run: Run, action: Action) -> bool:
        """Begin to deploy; whether there is nothing to deploy, however the stack stands."""
        id_, name = definition.stack_of(action), _change_set_name(run, action)
        self._stacks.execute(id_, name)
        found = self._stacks.change_set(id_, name)
        return found is not None and found.state is ChangeSetState.EMPTY


def execution_arn(run: Run, action: Action) -> str:
    """Name the execution that an action starts of a state machine; empty for any other action."""
    machine: str = action.configuration.get("StateMachineArn", "")
    return f"{machine.replace(':stateMachine:', ':execution:')}:{run.id}" if machine else ""


def _change_set_name(run: Run, action: Action) -> str:
    name: str = action.configuration["ChangeSetName"]
    return name.replace(_EXECUTION_ID, run.id)
