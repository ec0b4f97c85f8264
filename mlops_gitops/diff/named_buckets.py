"""Buckets by their names: a bucket whose name a parameter gives has an ARN that anybody can tell.

Two templates may say the same of it in two ways, by the resource or by the name; compared as they
are written, every policy would seem to lose one bucket and to gain another.
"""

import re
from collections.abc import Mapping
from typing import Any

from mlops_gitops.desired.stack import Template


def by_names(template: Template) -> Template:
    """Write the ARNs of buckets by the parameters that name them."""
    names = {
        logical_id: name
        for logical_id, resource in template.get("Resources", {}).items()
        if resource["Type"] == "AWS::S3::Bucket" and (name := _named(resource))
    }
    return {key: _written(value, names) for key, value in template.items()} if names else template


def _named(resource: Mapping[str, Any]) -> str:
    match resource.get("Properties", {}).get("BucketName"):
        case {"Ref": str(parameter)}:
            return parameter
        case _:
            return ""


def _written(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case {"Fn::GetAtt": [str(name), "Arn"]} if name in names:
            return {"Fn::Sub": _arn(names[name])}
        case {"Fn::Sub": str(text)}:
            return {"Fn::Sub": re.sub(r"\$\{(\w+)\.Arn\}", lambda one: _of(one, names), text)}
        case Mapping():
            return {key: _written(each, names) for key, each in value.items()}
        case list():
            return [_written(each, names) for each in value]
        case _:
            return value


def _of(found: re.Match[str], names: Mapping[str, str]) -> str:
    return _arn(names[found[1]]) if found[1] in names else found[0]


def _arn(parameter: str) -> str:
    return f"arn:${{AWS::Partition}}:s3:::${{{parameter}}}"
