"""The request of a hyperparameter tuning job: how it searches, and the training jobs it makes.

`tuner_configs` holds the arguments of the SageMaker SDK's `HyperparameterTuner`, whose defaults
hold where the user wrote none (SDK 2.218, `sagemaker.tuner`).
"""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions import training
from mlops_gitops.definitions.literal import literal
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.tuning import ranges, rename, without_nothing


def insert(scope: Scope) -> Json:
    """Give the arguments of SageMaker's `CreateHyperParameterTuningJob`."""
    tuner = scope.value("tuner_configs")
    tuner = tuner if isinstance(tuner, dict) else {}
    searched = scope.value("hyperparamaters_ranges")
    searched = searched if isinstance(searched, dict) else {}
    return {
        "HyperParameterTuningJobName": "{% $job %}",
        "HyperParameterTuningJobConfig": _search(tuner) | {"ParameterRanges": ranges(searched)},
        "TrainingJobDefinition": _jobs(scope, tuner, frozenset(searched)),
        **_warm_start(tuner),
        "Tags": training.TAGS,
    }


def _search(tuner: dict[str, Json]) -> dict[str, Json]:
    return without_nothing(
        Strategy=tuner.get("strategy", "Bayesian"),
        HyperParameterTuningJobObjective={
            "Type": tuner.get("objective_type", "Maximize"),
            "MetricName": literal(tuner["objective_metric_name"]),
        },
        ResourceLimits=_resource_limits(tuner),
        TrainingJobEarlyStoppingType=tuner.get("early_stopping_type", "Off"),
        RandomSeed=tuner.get("random_seed"),
        StrategyConfig=rename(tuner.get("strategy_config")),
        TuningJobCompletionCriteria=_completion(tuner.get("completion_criteria_config")),
    )


def _resource_limits(tuner: dict[str, Json]) -> Json:
    # A grid has as many jobs as it has points; SageMaker counts them.
    one = None if tuner.get("strategy") == "Grid" else 1
    return without_nothing(
        MaxNumberOfTrainingJobs=tuner.get("max_jobs", one),
        MaxParallelTrainingJobs=tuner.get("max_parallel_jobs", 1),
        MaxRuntimeInSeconds=tuner.get("max_runtime_in_seconds"),
    )


def _completion(written: Json) -> Json:
    """Spell what ends a tuning early as SageMaker does."""
    if not isinstance(written, dict):
        return None
    convergence = str(written.get("complete_on_convergence", False)).lower() == "true"
    not_improving = written.get("max_number_of_training_jobs_not_improving")
    return without_nothing(
        TargetObjectiveMetricValue=written.get("target_objective_metric_value"),
        BestObjectiveNotImproving=None
        if not_improving is None
        else {"MaxNumberOfTrainingJobsNotImproving": not_improving},
        ConvergenceDetected={"CompleteOnConvergence": "Enabled"} if convergence else None,
    )


def _jobs(scope: Scope, tuner: dict[str, Json], searched: frozenset[str]) -> Json:
    static = training.hyperparameters(scope)
    return {
        "StaticHyperParameters": {name: static[name] for name in static if name not in searched},
        "AlgorithmSpecification": without_nothing(
            TrainingImage={"Ref": "ImageUri"},
            TrainingInputMode=scope.text("data_input_mode"),
            MetricDefinitions=literal(tuner.get("metric_definitions")),
        ),
        "RoleArn": {"Fn::GetAtt": ["JobRole", "Arn"]},
        "InputDataConfig": training.channels(scope),
        "OutputDataConfig": training.output(),
        "ResourceConfig": training.instances(scope),
        "StoppingCondition": training.limits(scope),
        "EnableInterContainerTrafficEncryption": scope.flag("encrypt_inner_traffic"),
        **training.spot(scope),
    }


def _warm_start(tuner: dict[str, Json]) -> dict[str, Json]:
    written = tuner.get("warm_start_config")
    if not isinstance(written, dict) or not isinstance(written["parents"], list):
        return {}
    parents: Json = [{"HyperParameterTuningJobName": name} for name in written["parents"]]
    return {
        "WarmStartConfig": {
            "WarmStartType": written["warm_start_type"],
            "ParentHyperParameterTuningJobs": parents,
        }
    }
