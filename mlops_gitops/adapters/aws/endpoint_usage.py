"""SageMaker endpoints as quotas see them: how many instances they hold just now."""

from collections import Counter
from itertools import islice
from typing import Any

from mlops_gitops.adapters.aws.paging import drain
from mlops_gitops.adapters.aws.session import call
from mlops_gitops.runs.pipeline_quotas import Instances


def endpoint_instances(client: Any, account: str, most: int) -> Instances:
    """Count the instances of an account's endpoints, by type.

    The count is the endpoint's, the type its configuration's. Serverless variants hold none.
    Source: DescribeEndpoint and DescribeEndpointConfig in the SageMaker API reference.

    Args:
        client: of SageMaker.
        account: whose it is, for messages.
        most: how many endpoints are looked at.
    """
    pages = client.get_paginator("list_endpoints").paginate()
    listed = drain(f"While listing the endpoints of {account}", pages, "Endpoints")
    names = [each["EndpointName"] for each in islice(listed, most + 1)]
    counts = Counter[str]()
    for name in names[:most]:
        counts.update(_held(client, account, name))
    return Instances(counts=dict(counts), is_cut=len(names) > most)


def _held(client: Any, account: str, name: str) -> dict[str, int]:
    where = f"While reading endpoint {name} in {account}"
    endpoint = call(where, client.describe_endpoint, EndpointName=name)
    named = {"EndpointConfigName": endpoint["EndpointConfigName"]}
    config = call(where, client.describe_endpoint_config, **named)
    variants = (*config.get("ProductionVariants", ()), *config.get("ShadowProductionVariants", ()))
    types = {each["VariantName"]: each.get("InstanceType", "") for each in variants}
    running = (
        *endpoint.get("ProductionVariants", ()),
        *endpoint.get("ShadowProductionVariants", ()),
    )
    held = Counter[str]()
    for each in running:
        if instance := types.get(each["VariantName"]):
            held[instance] += int(each.get("CurrentInstanceCount", 0))
    return dict(held)
