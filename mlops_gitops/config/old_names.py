"""Names of pipeline types and keys that versions 1.0 to 1.3 had and later ones have not."""

from collections.abc import Mapping

from mlops_gitops.config.document import Json

BYOM = "byom"
MONITORS = {"model_monitor": "1.1", "byom_model_monitor": "1.2 and 1.3"}
"""Old type of all monitors -> the versions that had it."""
MONITOR_KEYS = {
    "training_data": "baseline_data",
    "max_runtime_seconds": "monitor_max_runtime_seconds",
    "inference_attribute": "monitor_inference_attribute",
    "probability_attribute": "monitor_probability_attribute",
}
"""Old key of a monitor -> its name today."""
CONTAINER = "custom_model_container"
INFERENCE = "inference_type"
MONITORING = "monitoring_type"
OLD_KEYS = frozenset({*MONITOR_KEYS, CONTAINER, INFERENCE, MONITORING})
_INFERENCE_KEYS = frozenset({CONTAINER, INFERENCE})
MOST_KEYS = 200
"""No config of an old format has nearly so many keys."""


def may_be_old(value: Mapping[str, Json]) -> bool:
    """Glance at a config; nearly every one is of today, and no time is spent on those."""
    name = str(value.get("pipeline_type"))
    # Training takes training data today as well.
    keys = OLD_KEYS if name.endswith("_monitor") else _INFERENCE_KEYS
    return (
        name == BYOM
        or name in MONITORS
        or not value.keys().isdisjoint(keys)
        or not "".join(value if len(value) < MOST_KEYS else ()).islower()
    )
