"""A definition that cannot run is refused before anything runs."""

import pytest

from mlops_gitops.errors import UsageError
from mlops_gitops.executor.graph import read_graph, selected
from mlops_gitops.executor.language import Json


def step(name: Json, kind: str = "Training", *needs: Json, **arguments: Json) -> dict[str, Json]:
    """Write a step."""
    return {"Name": name, "Type": kind, "DependsOn": list(needs), "Arguments": dict(arguments)}


CIRCLE: Json = [step("A", "Training", "B"), step("B", "Training", "A")]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..", "", "a/b", "a\\b", "a\n", "\x00", "a" * 65, 5, None, "é", "a.b"],
)
def test_a_name_that_is_more_than_a_name_is_refused(name: Json) -> None:
    """It would be a path; nothing is made of it."""
    with pytest.raises(UsageError, match="is no name of a step"):
        read_graph({"Steps": [step(name)]})


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([step("A"), step("A")], "Two steps are called A"),
        ([step("A", "Training", "B")], "waits for B, which is no step"),
        ([step("A", "Training", "B"), step("B", "Training", "A")], "wait for each other"),
        ([step("A", "Training", "A")], "wait for each other: A -> A"),
        ([step("A", "Fail"), step("B", "Training", "A")], "Fail is always the last"),
        ([step("L", "ForEach", ForEachBody=[])], "at least one step"),
        ([step("L", "ForEach", ForEachBody=[step("A"), "B"])], "at least one step"),
        ([step("L", "ForEach", ForEachBody=[step("A"), step("A")])], "Two steps are called A"),
        ([step("L", "ForEach", ForEachBody=CIRCLE)], "A -> B -> A"),
        ([step("L", "ForEach", ForEachBody=[step("../A")])], "no name of a step"),
        ([step("L", "ForEach", ForEachBody=[step("A")]), step("A-1")], "A-1 is also the name"),
        ([step("L", "ForEach", ForEachBody=[step("A")]), step("A")], "A is also the name"),
        ([step("C", "Condition", IfSteps=[step("A")]), step("A")], "Two steps are called A"),
        ([step("C", "Condition", "A", IfSteps=[step("A")])], "wait for each other"),
        ("none", "no list of Steps"),
    ],
)
def test_what_cannot_run_is_refused(steps: Json, said: str) -> None:
    """With the reason."""
    with pytest.raises(UsageError) as refused:
        read_graph({"Steps": steps})

    assert said in str(refused.value)


def test_an_unknown_selection_is_refused() -> None:
    """And the steps that there are, are named."""
    graph = read_graph({"Steps": [step("A"), step("B")]})

    with pytest.raises(UsageError, match="no step X") as refused:
        selected(graph, ["A", "X"])
    assert refused.value.hint == "Steps: A, B."
