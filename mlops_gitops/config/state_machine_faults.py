"""What is said of definitions of state machines and of the placeholders in them.

Each function says one thing; its docstring is what `mlops-gitops explain` prints. The rules are
those of the Amazon States Language (states-language.net) and of Step Functions.
"""

from collections.abc import Sequence

from mlops_gitops.config.said import Said, listed, nearest, quoted
from mlops_gitops.problems import Severity

_LONGEST_LIST = 12


def unknown_placeholder(name: str, given: Sequence[str], own: Sequence[str]) -> Said:
    """MG340: A placeholder of a definition has no value.

    `${Name}` in a definition stands for a value of the config's `parameters`, or for one that every
    stack knows. Where `${Name}` is to stay as it is, write `${!Name}`.

    Wrong:
        "S3Uri": "s3://${Foldr}/data"

    Right:
        "S3Uri": "s3://${Folder}/data"
    """
    message = f"Placeholder {quoted(name)} has no value."
    close = nearest(name, (*given, *own))
    if close is not None:
        return Said("MG340", message, f"Did you mean {quoted(close)}?")
    hint = f'Give it one in the config\'s "parameters", or write ${{!{name}}} for the text itself.'
    return Said("MG340", message, hint)


def unused_parameter(name: str) -> Said:
    """MG341: A parameter is used nowhere.

    Each parameter has a placeholder of its name in the definition, the input, a permission or an
    alarm; one that has not is often misspelt.

    Wrong:
        {"parameters": {"Instnce": "ml.m5.large"}} with ${Instance} in the definition

    Right:
        {"parameters": {"Instance": "ml.m5.large"}} with ${Instance} in the definition
    """
    hint = f"Write ${{{name}}} where its value shall stand, or delete it."
    return Said("MG341", f"Parameter {quoted(name)} is used nowhere.", hint, Severity.WARNING)


def no_parameter_name(name: str) -> Said:
    """MG357: A parameter has a name that no placeholder can have.

    Names are letters and digits, beginning with a letter.

    Wrong:
        {"parameters": {"instance-type": "ml.m5.large"}}

    Right:
        {"parameters": {"InstanceType": "ml.m5.large"}}
    """
    message = f"{quoted(name)} is no name of a placeholder."
    return Said("MG357", message, "Use letters and digits, beginning with a letter.")


def reserved_tag(key: str) -> Said:
    """MG358: A tag has a key that is taken, or that AWS does not take.

    Keys have 1 to 128 characters. Those that begin with `aws:` are AWS's own, those with
    `mlops-gitops:` say which workload a stack is of.

    Wrong:
        {"tags": {"mlops-gitops:stage": "prod"}}

    Right:
        {"tags": {"team": "churn"}}
    """
    return Said("MG358", f"{quoted(key)} is no key of a tag of yours.", "Choose another key.")


def stages_of_parameter(name: str, lacks: Sequence[str], unknown: Sequence[str]) -> Said:
    """MG342: A parameter does not have one value for each stage.

    An object gives one value per stage, and names each stage that the workload runs in.

    Wrong:
        {"parameters": {"Instance": {"dev": "ml.m5.large"}}} with stages dev and prod

    Right:
        {"parameters": {"Instance": {"dev": "ml.m5.large", "prod": "ml.m5.4xlarge"}}}
    """
    if unknown:
        message = (
            f"Parameter {quoted(name)} names {listed(map(quoted, unknown))}, which is no stage."
        )
        return Said("MG342", message, "Write the names of the settings' stages.")
    message = f"Parameter {quoted(name)} has no value for {listed(lacks)}."
    return Said("MG342", message, f"Add {listed(map(quoted, lacks))}, or write one value for all.")


def no_states(what: str) -> Said:
    """MG343: A definition is no state machine.

    A state machine, and each one inside Map and Parallel, has an object `States` with at least one
    state, and `StartAt`, the name of the first.

    Wrong:
        {"States": {"Train": {"Type": "Succeed"}}}

    Right:
        {"StartAt": "Train", "States": {"Train": {"Type": "Succeed"}}}
    """
    return Said("MG343", what, 'Write "StartAt" with a name, and "States" with that state.')


def no_such_state(name: str, known: Sequence[str]) -> Said:
    """MG344: A state is named that is not there.

    `StartAt`, `Next` and `Default` name states of the same machine: one inside Map or Parallel sees
    its own states only.

    Wrong:
        {"StartAt": "Trian", "States": {"Train": {"Type": "Succeed"}}}

    Right:
        {"StartAt": "Train", "States": {"Train": {"Type": "Succeed"}}}
    """
    close = nearest(name, known)
    few = listed([quoted(each) for each in known[:_LONGEST_LIST]])
    hint = f"Did you mean {quoted(close)}?" if close else f"States here: {few}."
    return Said("MG344", f"There is no state {quoted(name)}.", hint)


def unreachable_state(name: str) -> Said:
    """MG345: No way leads to a state.

    Step Functions refuses a machine with a state that is never reached.

    Wrong:
        {"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}}

    Right:
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}
    """
    hint = 'Name it in a "Next", or delete it.'
    return Said("MG345", f"No way leads to state {quoted(name)}.", hint)


def unknown_state_type(given: object, known: Sequence[str]) -> Said:
    """MG346: A state has no type, or one that there is not.

    Wrong:
        {"Type": "Taks", "Resource": "...", "End": true}

    Right:
        {"Type": "Task", "Resource": "...", "End": true}
    """
    every = f"Types are {listed(known)}."
    if not isinstance(given, str):
        return Said("MG346", 'The state has no "Type".', every)
    close = nearest(given, known)
    hint = f"Did you mean {quoted(close)}?" if close else every
    return Said("MG346", f"There is no type of state {quoted(given)}.", hint)


def no_way_on(name: str) -> Said:
    """MG347: A state says neither what is next nor that it is the last.

    Every state but Choice, Succeed and Fail has `Next` or `"End": true`, and not both.

    Wrong:
        {"Type": "Pass"}

    Right:
        {"Type": "Pass", "End": true}
    """
    message = f"State {quoted(name)} has to say what is next, or that it is the last."
    return Said("MG347", message, 'Write either "Next" or "End": true.')


def no_end() -> Said:
    """MG348: A machine can never end.

    At least one state ends it: one with `"End": true`, a Succeed or a Fail.

    Wrong:
        {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 60, "Next": "A"}}}

    Right:
        {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 60, "End": true}}}
    """
    return Said("MG348", "No state ends the machine.", 'Write "End": true in the last state.')


def missing_member(kind: str, lacks: str) -> Said:
    """MG349: A state lacks what its type needs.

    A Task needs `Resource`, a Choice `Choices`, a Parallel `Branches`, a Map `ItemProcessor`, and a
    Wait says how long it waits.

    Wrong:
        {"Type": "Task", "End": true}

    Right:
        {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}
    """
    return Said("MG349", f"A {kind} state needs {lacks}.", f"Add {lacks}.")


def no_resource(arn: str, because: str) -> Said:
    """MG350: What a Task asks for has no form that Step Functions knows.

    `Resource` is an integration such as arn:aws:states:::sagemaker:createTrainingJob.sync, or the
    ARN of a Lambda function or of an activity. Its partition is that of the settings' region;
    `${AWS::Partition}` fits every region.

    Wrong:
        "Resource": "arn:aws:states:sagemaker:createTrainingJob.sync"

    Right:
        "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync"
    """
    hint = "Write arn:${AWS::Partition}:states:::SERVICE:ACTION, or the ARN of a function."
    return Said("MG350", f"{quoted(arn)} is no resource of a Task: {because}.", hint)


def unknown_permission(what: str, service: str, known: Sequence[str]) -> Said:
    """MG351: Nobody can tell which permission a state takes.

    The workflow's role may what the definition does, as far as that can be read from it: SageMaker
    jobs, and functions, topics, tables and machines that are named. What is decided only when the
    workflow runs, and calls of `aws-sdk:`, are allowed by `permissions`; or another role is given
    by `role_arn`.

    Wrong:
        "Resource": "arn:aws:states:::aws-sdk:s3:copyObject" and no "permissions"

    Right:
        {"permissions": [{"actions": ["s3:GetObject", "s3:PutObject"],
                          "resources": ["arn:aws:s3:::acme-churn-data/*"]}]}
    """
    message = f"Which permission {quoted(what)} takes cannot be read from it."
    close = nearest(what, known)
    if close not in {None, what}:
        return Said("MG351", message, f"Did you mean {quoted(str(close))}?")
    hint = f'Name its actions and resources in the config\'s "permissions": {service}:...'
    return Said("MG351", message, hint)


def express_waits(what: str) -> Said:
    """MG352: An express workflow waits for nothing.

    Workflows of type EXPRESS last five minutes at most; they start jobs, but cannot wait for them,
    nor for an answer with a token.

    Wrong:
        {"state_machine_type": "EXPRESS"} with "arn:aws:states:::sagemaker:createTrainingJob.sync"

    Right:
        {"state_machine_type": "STANDARD"} with "arn:aws:states:::sagemaker:createTrainingJob.sync"
    """
    hint = 'Use "state_machine_type": "STANDARD".'
    return Said("MG352", f"An express workflow cannot wait, as {quoted(what)} does.", hint)


def other_language(member: str, language: str, instead: str) -> Said:
    """MG353: A member of a state belongs to the other query language.

    With JSONPath a Task has `Parameters`, `InputPath`, `ResultPath`, `ResultSelector` and
    `OutputPath`; with JSONata it has `Arguments` and `Output`. Step Functions refuses a mixture in
    one state.

    Wrong:
        {"QueryLanguage": "JSONata", "Type": "Task", "Parameters": {...}}

    Right:
        {"QueryLanguage": "JSONata", "Type": "Task", "Arguments": {...}}
    """
    message = f"{quoted(member)} is not of {language}, the language of this state."
    return Said("MG353", message, f"Use {instead}.")


def not_one_machine(found: int) -> Said:
    """MG354: A template to be imported does not have one state machine.

    `pipeline import` takes what the Step Functions Data Science SDK's `get_cloudformation_template`
    writes: a template with one AWS::StepFunctions::StateMachine.

    Wrong:
        a template with three state machines, or with none

    Right:
        the template of one workflow; import others one by one
    """
    what = "no state machine" if found == 0 else f"{found} state machines"
    hint = "Give it the template of one workflow."
    return Said("MG354", f"The template has {what}.", hint)


def not_plain(member: str) -> Said:
    """MG355: A template to be imported has something other than a plain text.

    DefinitionString and RoleArn are plain texts in what the SDK writes. Where they are functions of
    CloudFormation, their value is known to CloudFormation alone.

    Wrong:
        DefinitionString: !Sub '{"StartAt": ...}'

    Right:
        DefinitionString: '{"StartAt": ...}'
    """
    hint = "Write the text itself there, or import what the SDK wrote."
    return Said("MG355", f"{member} is no plain text.", hint)


def not_a_pipeline(why: str) -> Said:
    """MG356: A file to be imported is no definition of a SageMaker pipeline.

    A definition is what DescribePipeline calls PipelineDefinition: an object with `Version`
    2020-12-01 and a list `Steps`.

    Wrong:
        {"Steps": {"Train": {...}}}

    Right:
        {"Version": "2020-12-01", "Steps": [{"Name": "Train", "Type": "Training", ...}]}
    """
    hint = "Export it: aws sagemaker describe-pipeline --pipeline-name NAME"
    return Said("MG356", f"The file is no definition of a SageMaker pipeline: {why}.", hint)
