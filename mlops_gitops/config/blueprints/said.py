"""What is said about blueprints of the repository.

Each function says one thing; its docstring is what `mlops-gitops explain` prints.
"""

from collections.abc import Sequence

from mlops_gitops.config.said import Said, listed, nearest, quoted
from mlops_gitops.problems import Severity


def missing_file(file: str, name: str) -> Said:
    """MG190: A custom blueprint lacks a file.

    A folder in `blueprints/` makes a pipeline type of its name: `schema.json` says what a config
    has to say, `template.yaml` what is deployed, and `README.md` tells the next person why.

    Wrong:
        blueprints/webhook/schema.json alone

    Right:
        blueprints/webhook/schema.json, template.yaml and README.md
    """
    hint = "Write it; `mlops-gitops blueprint new NAME` makes a whole folder to start from."
    return Said("MG190", f"Blueprint {quoted(name)} has no {file}.", hint)


def name_taken(name: str, what: str) -> Said:
    """MG191: A custom blueprint is called like something that the product has.

    What the product has is never overridden: everybody who reads `byom_realtime_builtin` has to be
    able to trust that it is the one of the documentation.

    Wrong:
        blueprints/byom_realtime_builtin/schema.json

    Right:
        blueprints/our_realtime/schema.json
    """
    hint = "Rename the folder; what the product has cannot be overridden."
    return Said("MG191", f"{quoted(name)} is already {what} of mlops-gitops.", hint)


def bad_name(name: str) -> Said:
    """MG192: A custom blueprint's name cannot be a pipeline type.

    The folder's name is what configs say as `pipeline_type`.

    Wrong:
        blueprints/Web Hook/schema.json

    Right:
        blueprints/web_hook/schema.json
    """
    hint = "Use 2 to 63 lower-case letters, digits and underscores; begin with a letter."
    return Said("MG192", f"{quoted(name)} cannot be the name of a pipeline type.", hint)


def not_a_schema(reason: str) -> Said:
    """MG193: schema.json is no JSON Schema.

    It is held to the meta-schema of draft 2020-12; the place is the keyword that is wrong.

    Wrong:
        {"properties": {"webhook_url": {"type": "text"}}}

    Right:
        {"properties": {"webhook_url": {"type": "string"}}}
    """
    hint = "See https://json-schema.org/draft/2020-12; an installed schema is a good model."
    return Said("MG193", f"This is no JSON Schema of draft 2020-12: {reason}.", hint)


def wrong_annotation(key: str, wanted: str, hint: str) -> Said:
    """MG194: A schema does not say what kind of pipeline type it is.

    `x-blueprint` names its own folder or an installed blueprint. `x-stack-postfix` is the last part
    of the stacks' names: letters and digits only, so that two workloads never share a name.
    `x-identity` lists required fields, `x-runs-in` is "stages" or "orchestrator".

    Wrong:
        {"x-blueprint": "../other", "x-stack-postfix": "Web-Hook"}

    Right:
        {"x-blueprint": "webhook", "x-stack-postfix": "webhook"}
    """
    return Said("MG194", f"{quoted(key)} must be {wanted}.", hint)


def postfix_taken(postfix: str, other: str) -> Said:
    """MG195: Two pipeline types give their stacks the same names.

    A stack is called `<prefix>-<model name>-<postfix>`. With one postfix for two types, two
    workloads of one model name would overwrite each other's stacks.

    Wrong:
        {"x-stack-postfix": "byompipelinerealtimebuiltin"} in a schema of the repository

    Right:
        {"x-stack-postfix": "webhook"}
    """
    message = f"x-stack-postfix {quoted(postfix)} belongs to {quoted(other)}."
    return Said("MG195", message, "Choose another; it names this type's stacks for ever.")


def lost_reference(reference: str, known: Sequence[str]) -> Said:
    """MG196: A $ref leads nowhere.

    A schema of the repository refers to its own `$defs` or to those that the product shares:
    `definitions.json#/$defs/<name>` and `instance-types.json#/$defs/<name>`. Nothing is fetched.

    Wrong:
        {"$ref": "definitions.json#/$defs/locations"}

    Right:
        {"$ref": "definitions.json#/$defs/location"}
    """
    close = nearest(reference, known)
    hint = f"Did you mean {quoted(close)}?" if close else "Refer to '#/$defs/...' of this file or "
    hint += "" if close else "'definitions.json#/$defs/...'; `blueprint new` shows some."
    return Said("MG196", f"There is nothing at $ref {quoted(reference)}.", hint)


def circular(name: str) -> Said:
    """MG208: A definition is part of itself.

    A config is a few levels deep, so nothing in it needs a definition without an end, and whatever
    reads the schema would have to guess where to stop.

    Wrong:
        {"$defs": {"group": {"type": "array", "items": {"$ref": "#/$defs/group"}}}}

    Right:
        {"$defs": {"group": {"type": "array", "items": {"type": "string"}}}}
    """
    message = f"Definition {quoted(name)} is part of itself."
    return Said("MG208", message, "Write out as many levels as a config needs.")


def not_a_config_schema(message: str, hint: str) -> Said:
    """MG197: A schema does not describe a config.

    A config is an object without unknown keys. It always has `pipeline_type`, which is the name of
    the folder, and `model_name`, which names the workload, unless `x-identity` names other fields.

    Wrong:
        {"type": "object", "properties": {"webhook_url": {"type": "string"}}}

    Right:
        {"type": "object", "additionalProperties": false,
         "required": ["pipeline_type", "model_name"],
         "properties": {"pipeline_type": {"const": "webhook"},
                        "model_name": {"$ref": "definitions.json#/$defs/model_name"}}}
    """
    return Said("MG197", message, hint)


def unknown_rule(name: str, known: Sequence[str]) -> Said:
    """MG198: A schema names a rule that there is not.

    `x-rule` chooses who explains a text that does not match its pattern. Shared definitions bring
    theirs along; a field of your own needs none, its `pattern` and `description` are told instead.

    Wrong:
        {"type": "string", "pattern": "^https://", "x-rule": "url"}

    Right:
        {"type": "string", "pattern": "^https://", "x-hint": "Begin it with https://."}
    """
    close = nearest(name, known)
    hint = f"Did you mean {quoted(close)}?" if close else "Delete it; use x-hint for a hint."
    return Said("MG198", f"There is no rule {quoted(name)}.", hint)


def not_a_template(message: str, hint: str) -> Said:
    """MG199: A template lacks what every blueprint has.

    `Metadata: mlops-gitops: version` is an integer that you raise with every change.
    `MlopsGitopsDigest` is a parameter and an output: by it `plan` and `status` know what runs.
    `BlueprintVersion` is an output with the version as a text. Transforms and macros are left out:
    what they make of a template is not what was shown and approved.

    Wrong:
        Metadata: {mlops-gitops: {version: "1.0"}}

    Right:
        Metadata: {mlops-gitops: {version: 1}}
    """
    return Said("MG199", message, hint)


def unfilled_parameter(name: str, field: str) -> Said:
    """MG200: Nothing fills a parameter of a template.

    A parameter gets its value from a derivation of its name (such as AssetsBucket), from the
    config field of its name (`WebhookUrl` takes `webhook_url`), or from its own default.

    Wrong:
        Parameters: {WebhookAddress: {Type: String}} and a schema with the field webhook_url

    Right:
        Parameters: {WebhookUrl: {Type: String}}
    """
    hint = f"Add the field {quoted(field)} to the schema, or a Default to the parameter."
    return Said("MG200", f"Nothing fills parameter {quoted(name)}.", hint)


def no_content(name: str, field: str) -> Said:
    """MG207: A parameter called ...Object has no object to take.

    `DataObject` takes the content-addressed copy of the object that the field `data` names, so that
    what was approved is what is used. The field names a key of the assets bucket and says so with
    `"x-content": true`.

    Wrong:
        Parameters: {DataObject: {Type: String}} and {"data": {"type": "string"}}

    Right:
        Parameters: {DataObject: {Type: String}} and {"data": {"type": "string", "x-content": true}}
    """
    message = f"Parameter {quoted(name)} takes the copy of an object, and no field names one."
    hint = f'Give the schema a field {quoted(field)} with "x-content": true, or rename it.'
    return Said("MG207", message, hint)


def optional_field(what: str, field: str) -> Said:
    """MG201: A parameter or an insert has no value where its optional field is left out.

    CloudFormation takes neither a parameter without a value nor a null in a template.

    Wrong:
        the field webhook_url is not required, and parameter WebhookUrl has no Default

    Right:
        the field webhook_url is required, or has a default in the schema, or the parameter has one
    """
    message = f"Nothing fills {what} where {quoted(field)} is left out."
    hint = f"Require {quoted(field)}, or give it a default in the schema."
    return Said("MG201", message, hint)


def unused_field(name: str, parameter: str) -> Said:
    """MG202: A field of a schema changes nothing.

    A value that nobody uses is a wish that nobody hears. A field reaches the template as the
    parameter of its name, as an insert `config.<field>`, or through a derivation.

    Wrong:
        the field webhook_url, and a template with neither WebhookUrl nor config.webhook_url

    Right:
        Parameters: {WebhookUrl: {Type: String}}
    """
    hint = f"Add parameter {quoted(parameter)} to the template, or delete the field."
    return Said("MG202", f"Nothing in the template uses {quoted(name)}.", hint)


def unknown_insert(name: str, known: Sequence[str]) -> Said:
    """MG203: A template asks for an insert that there is not.

    `{"Mlops::Insert": name}` stands for a structured value: `config.<field>` for a field of the
    config as it is written, or one of the product's own.

    Wrong:
        Arguments: {"Mlops::Insert": webhook_body}

    Right:
        Arguments: {"Mlops::Insert": config.webhook_body}
    """
    close = nearest(name, known)
    hint = f"Did you mean {quoted(close)}?" if close else f"Known: {listed(known)}."
    return Said("MG203", f"There is no insert {quoted(name)}.", hint)


def nothing_to_run(message: str) -> Said:
    """MG204: A type that runs something has not exactly one state machine to run.

    With `"x-run": true` the delivery pipeline ends each stage by starting the state machine that is
    called `!Ref RunName`, and waits for it.

    Wrong:
        Run: {Type: AWS::StepFunctions::StateMachine, Properties: {Definition: ...}}

    Right:
        Run:
          Type: AWS::StepFunctions::StateMachine
          Properties: {StateMachineName: !Ref RunName, Definition: ...}
    """
    return Said("MG204", message, "Give one state machine `StateMachineName: !Ref RunName`.")


def not_plain(name: str, field: str) -> Said:
    """MG206: A parameter takes a field that is no plain value.

    Parameters are texts, numbers and truth values. A list or an object, or a field whose schema
    would let one in, reaches the template as an insert.

    Wrong:
        Parameters: {Labels: {Type: String}} where the field labels is an object

    Right:
        Labels: {"Mlops::Insert": config.labels}
    """
    message = f"Parameter {quoted(name)} cannot take {quoted(field)}, which may be no plain value."
    hint = f'Give {quoted(field)} a plain type, or use {{"Mlops::Insert": "config.{field}"}}.'
    return Said("MG206", message, hint)


def linted(rule: str, message: str, severity: Severity) -> Said:
    """MG205: cfn-lint finds fault with a template.

    Only `mlops-gitops blueprint lint` says this. Inserts are replaced by sample values first; the
    rule's own code stands in the message.

    Wrong:
        Type: AWS::SNS::Topics

    Right:
        Type: AWS::SNS::Topic
    """
    rules = "https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md"
    hint = f"Rule {rule} is one of cfn-lint's: {rules}."
    return Said("MG205", f"{rule}: {message}", hint, severity)


def serverless_in_network(stage: str) -> Said:
    """MG079: A serverless endpoint is to run in a network.

    SageMaker takes no VPC for models of serverless endpoints, and a stage's `network` is for all
    models there. Either the endpoint has instances, or it is where there is no network.

    Wrong:
        ProductionVariants: [{ServerlessConfig: {...}}] where the stage has `network`

    Right:
        ProductionVariants: [{InstanceType: ml.m5.large, ...}]
    """
    message = f"Stage {stage} has a network, and SageMaker takes none for serverless endpoints."
    return Said(
        "MG079", message, 'Give the endpoint instances, or leave the stage out of "stages".'
    )
