"""Alarms about metrics that the jobs of a workflow write."""

from mlops_gitops.config.document import Json
from mlops_gitops.definitions.scope import Scope
from mlops_gitops.definitions.state_machine.machine import values_of
from mlops_gitops.definitions.state_machine.placeholders import in_text

ALARMS = "alarms"

_FALLS, _RISES = "LessThanThreshold", "GreaterThanThreshold"
_USUAL = {"accuracy": (_FALLS, "Minimum"), "resource_use": (_RISES, "Maximum")}


def alarm_of(scope: Scope, name: str) -> Json:
    """Give what the config says of an alarm; None where it asks for none."""
    alarms = scope.value(ALARMS)
    return alarms.get(name) if isinstance(alarms, dict) else None


def metric_alarm(scope: Scope, name: str) -> Json:
    """Give the properties of an alarm about a metric; accuracy falls, use of resources rises."""
    given = alarm_of(scope, name)
    about = given if isinstance(given, dict) else {"namespace": "none", "metric_name": "none"}
    comparison, statistic = _USUAL[name]
    dimensions = about.get("dimensions")
    values = values_of(scope)
    return {
        "AlarmDescription": {
            "Fn::Sub": f"{name.replace('_', ' ').capitalize()} of ${{ModelName}}."
        },
        "Namespace": about["namespace"],
        "MetricName": about["metric_name"],
        "Dimensions": [
            {"Name": key, "Value": in_text(str(value), values)}
            for key, value in (dimensions.items() if isinstance(dimensions, dict) else ())
        ],
        "Statistic": about.get("statistic", statistic),
        "Period": about.get("period_seconds", 3600),
        "EvaluationPeriods": about.get("periods", 1),
        "ComparisonOperator": about.get("comparison", comparison),
        "Threshold": about.get("threshold", 0),
        "TreatMissingData": about.get("missing_data", "notBreaching"),
        "AlarmActions": [{"Ref": "NotificationTopicArn"}],
    }
