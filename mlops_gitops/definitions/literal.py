"""Literals: texts of users inside state machines, where some texts are expressions."""

import json

from mlops_gitops.config.document import Json


def literal(value: Json) -> Json:
    """Keep every text inside a value from being evaluated.

    Step Functions evaluates a text that begins with `{%` and ends with `%}` (JSONata). Such a text
    becomes an expression whose value is the text itself.

    Source: "Transforming data with JSONata in Step Functions", developer guide.
    """
    match value:
        case str():
            return f"{{% {json.dumps(value)} %}}" if _is_expression(value) else value
        case list():
            return [literal(each) for each in value]
        case dict():
            return {key: literal(each) for key, each in value.items()}
        case _:
            return value


def _is_expression(text: str) -> bool:
    bare = text.strip()
    return bare.startswith("{%") and bare.endswith("%}")
