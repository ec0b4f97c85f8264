"""Model cards through the API, as the predecessor's clients ask for them."""

import json

from functional.doors.house import House

from mlops_gitops.api.handler import take

CREATE = {
    "pipeline_type": "create_model_card",
    "name": "Churn",
    "model_overview": {"model_description": "Finds who leaves.", "model_owner": "ml-team"},
    "created_by": {"UserProfileName": "jane"},
    "version": 1,
}


def created() -> House:
    """Somebody has created a card."""
    house = House()
    assert house.provision(CREATE).status == 200
    house.settle()
    return house


def content(house: House) -> dict[str, object]:
    """Describe the card; give what it says."""
    answer = house.provision({"pipeline_type": "describe_model_card", "name": "Churn"})
    said: dict[str, object] = json.loads(answer.body["message"]["Content"])
    return said


def test_a_card_is_created_by_a_deployment() -> None:
    """Its answer is that of a config; afterwards SageMaker has the card."""
    house = House()

    answer = house.provision(CREATE)
    house.settle()

    assert answer.body["message"] == "success: stack creation started"
    assert content(house)["model_overview"] == {
        **CREATE["model_overview"],  # type: ignore[dict-item]  # it is an object
        "model_name": "Churn",
    }


def test_created_twice_it_is_as_it_was() -> None:
    """The second call finds nothing to change."""
    house = created()

    assert "No updates are to be performed" in house.provision(CREATE).body["message"]


def test_an_update_keeps_what_it_does_not_name() -> None:
    """Sections and status, too: no update takes an approval back."""
    house = created()
    purpose = {"purpose_of_model": "Offers."}
    update = {"pipeline_type": "update_model_card", "name": "Churn", "intended_uses": purpose}

    answer = house.provision(update)
    house.settle()

    assert answer.body["message"].endswith("Updating template parameters.")
    assert content(house)["intended_uses"] == purpose
    assert "model_owner" in str(content(house)["model_overview"])


def test_an_update_of_no_card_is_refused() -> None:
    """There is nothing that it could be laid over."""
    answer = House().provision({"pipeline_type": "update_model_card", "name": "Churn"})

    assert answer.status == 400
    assert "create_model_card" in answer.body["hint"]


def test_cards_are_described_and_listed_in_sagemakers_words() -> None:
    """The clients read what DescribeModelCard and ListModelCards answer, inside of `message`."""
    house = created()

    described = house.provision({"pipeline_type": "describe_model_card", "name": "Churn"})
    listed = house.provision({"pipeline_type": "list_model_cards"})

    arn = "arn:aws:sagemaker:us-east-1:111111111111:model-card/Churn"
    card = described.body["message"]
    assert (card["ModelCardArn"], card["ModelCardStatus"]) == (arn, "Draft")
    (summary,) = listed.body["message"]["ModelCardSummaries"]
    assert (summary["ModelCardName"], summary["ModelCardArn"]) == ("Churn", arn)


def test_a_card_is_exported_to_the_predecessors_folder() -> None:
    """The message names the folder, as it did; `location` names the document."""
    export = {"pipeline_type": "export_model_card", "name": "Churn", "model_card_version": "1"}

    answer = created().provision(export)

    assert answer.body["message"] == (
        "Model card with the name: Churn has been exported to "
        "s3://acme-mlops-assets/model_card_exports"
    )
    assert answer.body["location"].endswith(".pdf")


def test_a_card_that_a_stack_keeps_is_not_deleted() -> None:
    """It would be out of step with its stack; the answer says what to do."""
    answer = created().provision({"pipeline_type": "delete_model_card", "name": "Churn"})

    assert answer.status == 409
    assert "Remove the config" in answer.body["hint"]


def test_members_that_nobody_reads_are_problems() -> None:
    """The predecessor dropped them in silence."""
    answer = House().provision({**CREATE, "model_overview": {"modle_owner": "x"}})

    assert answer.status == 400
    assert answer.body["problems"][0]["pointer"].startswith("/model_overview")


def test_names_and_versions_are_checked() -> None:
    """Before anybody asks SageMaker."""
    house = created()
    bodies = (
        {"pipeline_type": "describe_model_card"},
        {"pipeline_type": "describe_model_card", "name": "a b"},
        {"pipeline_type": "describe_model_card", "name": "Churn", "version": "x"},
        {"pipeline_type": "describe_model_card", "name": "Churn", "version": True},
        {"pipeline_type": "export_model_card", "name": "Churn", "export_job_name": "-"},
        {"pipeline_type": "describe_model_card", "name": "nobody"},
    )

    assert [house.provision(body).status for body in bodies] == [400] * len(bodies)


def test_events_of_other_kinds_answer_nothing() -> None:
    """What is no request and tells of no object is left alone."""
    assert take(lambda: House().doors, {"Records": []}) is None
