"""What the server process must and must not see of the environment it was started in."""

from collections.abc import Mapping, MutableMapping
from pathlib import Path

ORCHESTRATOR_ACCOUNT = "111111111111"
REGION = "us-east-1"

_WAIT_SCALE = "0.02"
"""A state machine that asks after a job each minute asks each second or so here."""
_NOWHERE = "unix:///nonexistent/docker.sock"


def prepare_environment(environ: MutableMapping[str, str], *, port: int, state_dir: Path) -> None:
    """Make `environ` one in which nothing reaches real AWS, the network or Docker.

    Everything of AWS, Docker, proxies, ministack and moto that the user has set is taken out, so
    that the process behaves alike on every machine; only SFN_WAIT_SCALE is the user's to set.
    """
    wait_scale = environ.get("SFN_WAIT_SCALE", _WAIT_SCALE)
    for name in list(environ):
        if name.startswith(_STRAY_PREFIXES) or name.upper() in _STRAY_NAMES:
            del environ[name]
    environ.update({**_settings(port, state_dir), "SFN_WAIT_SCALE": wait_scale})


_STRAY_PREFIXES = (
    "AWS_", "LAMBDA_", "LOCALSTACK_", "MINISTACK_", "MOTO_", "DOCKER_", "SFN_", "RDS_", "EKS_",
    "OPENSEARCH_", "MWAA_", "DSQL_", "DOCDB_", "IOT_", "SFTP_", "ELASTICACHE_", "APPSYNC_",
)  # fmt: skip
_STRAY_NAMES = {
    "AUTH", "EDGE_PORT", "SERVICES", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
    "USE_SSL",
    "SMTP_HOST", "HOSTNAME",
}  # fmt: skip


def _settings(port: int, state_dir: Path) -> Mapping[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": ORCHESTRATOR_ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "emulated",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        # Whatever should try to leave this machine all the same ends at a port nobody listens on.
        "HTTP_PROXY": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1,localhost,::1",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(state_dir / "aws"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state_dir / "s3"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": _NOWHERE,
        "LAMBDA_EXECUTOR": "local",
        "OPENSEARCH_DATAPLANE": "0",
        "MINISTACK_CODEBUILD_EXECUTE": "0",
        "LOG_LEVEL": "WARNING",
    }
