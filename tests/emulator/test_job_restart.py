"""Jobs outlive the process of the embedded AWS."""

from pathlib import Path

from embedded_aws import DEV, client, embedded_aws
from emulator.job_requests import ended, prepare, training


def test_a_job_ends_after_a_restart(tmp_path: Path) -> None:
    """What was under way is taken up again, and what had ended is still known."""
    with embedded_aws(tmp_path) as aws:
        prepare(aws)
        sagemaker = client(aws, "sagemaker", DEV)
        sagemaker.create_training_job(**training("before"))
        known = ended(aws, "training_job", "before")
        sagemaker.create_training_job(**training("under-way"))

    with embedded_aws(tmp_path) as aws:
        again = ended(aws, "training_job", "before")
        late = ended(aws, "training_job", "under-way")

    assert again["ModelArtifacts"] == known["ModelArtifacts"]
    assert late["TrainingJobStatus"] == "Completed"
