"""`pipeline resolve` through the front door, with a hub that answers on this machine."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from functional.conftest import Said, Say

EXAMPLE = Path(__file__).parents[2] / "config-examples" / "good" / "pipeline-jobs"
MODEL = "huggingface-text2text-flan-t5-base"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface:2"


class Hub(BaseHTTPRequestHandler):
    """SageMaker, as far as it describes one model; another one is not there."""

    asked: list[dict[str, Any]]

    def do_POST(self) -> None:
        """Answer DescribeHubContent."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(asked)
        document = {
            "TrainingEcrUri": IMAGE,
            "DefaultTrainingDatasetUri": "s3://jumpstart/data/",
            "DefaultTrainingInstanceType": "ml.g5.2xlarge",
        }
        is_there = asked["HubContentName"] == MODEL
        answer = {
            **{name: asked[name] for name in ("HubName", "HubContentName", "HubContentVersion")},
            "HubContentDocument": json.dumps(document),
        }
        missing = {"__type": "ResourceNotFound", "message": "no such content"}
        body = json.dumps(answer if is_there else missing).encode()
        self.send_response(200 if is_there else 400)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Have SageMaker answered here; give what it was asked."""
    asked: list[dict[str, Any]] = []
    handler = type("Asked", (Hub,), {"asked": asked})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", address)
        yield asked
        server.shutdown()
        thread.join()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose pipeline fine-tunes a model, without a lock file."""
    (tmp_path / "answers").mkdir()
    settings = (EXAMPLE / "mlops-gitops.yaml").read_bytes()
    (tmp_path / "mlops-gitops.yaml").write_bytes(settings)
    config = (EXAMPLE / "fine-tuning" / "mlops-config.json").read_bytes()
    (tmp_path / "answers" / "mlops-config.json").write_bytes(config)
    return tmp_path


def resolve(say: Say, root: Path, *more: str) -> Said:
    """Run the command."""
    config = str(root / "answers" / "mlops-config.json")
    return say("pipeline", "resolve", config, "--root", str(root), *more)


def test_a_config_is_valid_when_its_models_are_resolved(
    say: Say, root: Path, hub: list[dict[str, Any]]
) -> None:
    """The hint of the problem is the command that mends it, which asks for each model once."""
    before = say("validate", "--root", str(root))
    said = resolve(say, root)
    again = resolve(say, root)
    after = say("validate", "--root", str(root))

    assert "mlops-gitops pipeline resolve answers/mlops-config.json" in before.out + before.err
    assert (said.code, said.out) == (
        0,
        "Wrote answers/mlops-gitops.lock.json: commit it with the config.\n",
    )
    assert f"Looked up {MODEL}@2.2.2.\n" in said.err
    assert (again.code, again.err) == (0, "")
    assert after.code == 0
    assert hub == [
        {
            "HubName": "SageMakerPublicHub",
            "HubContentType": "Model",
            "HubContentName": MODEL,
            "HubContentVersion": "2.2.2",
        }
    ]


def test_asking_again_is_asked_for(say: Say, root: Path, hub: list[dict[str, Any]]) -> None:
    """With --refresh what is known counts for nothing."""
    resolve(say, root)
    resolve(say, root, "--refresh")

    assert len(hub) == 2


def test_a_model_that_is_not_there_is_said(say: Say, root: Path, hub: list[dict[str, Any]]) -> None:
    """Nothing is written then."""
    config = root / "answers" / "mlops-config.json"
    config.write_text(config.read_text().replace(MODEL, "no-such-model"))

    said = resolve(say, root)

    assert said.code == 1
    assert "JumpStart has no model no-such-model@2.2.2." in said.err
    assert not (root / "answers" / "mlops-gitops.lock.json").exists()
    assert len(hub) == 1
