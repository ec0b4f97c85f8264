"""The request of a training job. Its name is made by each run, so that every run is a job."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions import training
from mlops_gitops.definitions.scope import Scope


def insert(scope: Scope) -> Json:
    """Give the arguments of SageMaker's `CreateTrainingJob`."""
    return {
        "TrainingJobName": "{% $job %}",
        "RoleArn": {"Fn::GetAtt": ["JobRole", "Arn"]},
        "AlgorithmSpecification": {
            "TrainingImage": {"Ref": "ImageUri"},
            "TrainingInputMode": scope.text("data_input_mode"),
        },
        "HyperParameters": training.hyperparameters(scope),
        "InputDataConfig": training.channels(scope),
        "OutputDataConfig": training.output(),
        "ResourceConfig": training.instances(scope),
        "StoppingCondition": training.limits(scope),
        "EnableInterContainerTrafficEncryption": scope.flag("encrypt_inner_traffic"),
        "Tags": training.TAGS,
        **training.spot(scope),
    }
