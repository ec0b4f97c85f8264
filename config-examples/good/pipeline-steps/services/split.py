"""Says which part of the data is for training."""


def handler(event, context):
    """Give the two parts of the data."""
    return {"train_file": event["data"] + "train.csv", "test_file": event["data"] + "test.csv"}
