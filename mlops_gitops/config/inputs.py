"""What a config names outside of git, and what we say if it is not there.

`plan` and `apply` look; `validate` is offline. Each function's docstring is what
`mlops-gitops explain` prints.
"""

from mlops_gitops.config.card import CARD_NAME
from mlops_gitops.config.declared import Config
from mlops_gitops.config.document import pointer
from mlops_gitops.config.said import Said, quoted
from mlops_gitops.problems import Problem

IMAGE = "custom_image_uri"
PACKAGE = "model_package_name"


def missing_object(config: Config, field: str, key: str, bucket: str) -> Problem:
    """MG080: An object is not in the assets bucket.

    Model artifacts, baseline data and the like are keys of the assets bucket that the settings
    name. One that is not there would fail in the first stage, so `plan` and `apply` refuse it
    before anything is deployed.

    Wrong:
        {"model_artifact_location": "fraud/modle.tar.gz"}

    Right:
        {"model_artifact_location": "fraud/model.tar.gz"}
    """
    message = f"There is no {quoted(key)} in the assets bucket {quoted(bucket)}."
    hint = f"Upload it: aws s3 cp {key.rsplit('/', 1)[-1]} s3://{bucket}/{key}"
    return _at(config, field, Said("MG080", message, hint))


def missing_image(config: Config) -> Problem:
    """MG082: A container image is not in its repository.

    The repository in Amazon ECR is asked for the tag that the config names, with the credentials in
    use. Where it may not be asked, as in another company's account, nothing is said.

    Wrong:
        {"custom_image_uri": "111111111111.dkr.ecr.us-east-1.amazonaws.com/churn:1.4.O"}

    Right:
        {"custom_image_uri": "111111111111.dkr.ecr.us-east-1.amazonaws.com/churn:1.4.0"}
    """
    uri = str(config.fields[IMAGE])
    message = f"There is no image {quoted(uri)}."
    repository = uri.partition("/")[2].partition(":")[0]
    hint = f"List what there is: aws ecr describe-images --repository-name {repository}"
    return _at(config, IMAGE, Said("MG082", message, hint))


def missing_package(config: Config, arn: str) -> Problem:
    """MG081: A model package is not in the model registry.

    The registry is asked for the very version that the config names, with the credentials in use.

    Wrong:
        {"model_package_name": "arn:aws:sagemaker:us-east-1:111111111111:model-package/fraud/99"}

    Right:
        {"model_package_name": "arn:aws:sagemaker:us-east-1:111111111111:model-package/fraud/7"}
    """
    group = arn.split("/")[1]
    listing = f"aws sagemaker list-model-packages --model-package-group-name {group}"
    message = f"The model registry has no package {quoted(arn)}."
    return _at(config, PACKAGE, Said("MG081", message, f"List its versions: {listing}"))


def taken_card(config: Config, name: str, account: str) -> Problem:
    """MG216: A model card is there already, and the config's stack does not keep it.

    Somebody made it by hand or with another tool. CloudFormation makes cards and takes none over,
    so the deployment would fail.

    Wrong:
        {"model_name": "churn"} where somebody made a card churn by hand

    Right:
        {"model_name": "churn", "name": "churn-card"}
    """
    message = f"Model card {quoted(name)} of account {account} is there already."
    hint = (
        'Give the config another "name", or delete the card with all its versions:'
        f" mlops-gitops model-card delete {name}"
    )
    field = CARD_NAME if CARD_NAME in config.fields else "model_name"
    return _at(config, field, Said("MG216", message, hint))


def archived_card(config: Config, name: str, account: str) -> Problem:
    """MG215: A model card is archived, and its config changes.

    SageMaker takes no new content for a card that is archived. The card stays as it is while its
    config does; to go on with it, say in the config which status it has from now on.

    Wrong:
        {"model_name": "churn", "model_overview": {"model_owner": "another team"}}

    Right:
        {"model_name": "churn", "model_overview": {"model_owner": "another team"},
         "status": "Draft"}
    """
    message = f"Model card {quoted(name)} in account {account} is archived, and would be changed."
    hint = 'Take the change back, or add a "status", such as "Draft".'
    return _at(config, "model_name", Said("MG215", message, hint))


def _at(config: Config, field: str, said: Said) -> Problem:
    return said.at(config.document.where(field), pointer((field,)))
