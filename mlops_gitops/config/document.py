"""Documents: a JSON file's values, each of which knows its line and column."""

from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
