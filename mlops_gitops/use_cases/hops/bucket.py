"""Hops over the assets bucket and its key."""

from mlops_gitops.config.arn import partition_of
from mlops_gitops.config.settings import SETTINGS_PATH, Settings
from mlops_gitops.status.finding import Finding, failed, ok, warning
from mlops_gitops.status.policies import allows, refuses_plain_http
from mlops_gitops.use_cases.hops.hop import Examined, Hop, accounts
from mlops_gitops.use_cases.hops.stacks import outputs_of

_ALIAS = ":alias/"
_BOOTSTRAP = "Run `mlops-gitops bootstrap` in the orchestrator account."


def _bucket(examined: Examined, _about: str) -> Finding:
    settings = examined.settings
    region = examined.services.bucket.region()
    if not region:
        return failed(f"there is no bucket {settings.assets_bucket}", _BOOTSTRAP)
    if region != settings.region:
        seen = f"{settings.assets_bucket} is in {region}, and the settings say {settings.region}"
        return failed(seen, f"Name a bucket of {settings.region} in {SETTINGS_PATH}.")
    return ok(f"{settings.assets_bucket} in {region}")


def _versioning(examined: Examined, _about: str) -> Finding:
    if examined.services.bucket.is_versioned():
        return ok("on")
    bucket = examined.settings.assets_bucket
    fix = f"aws s3api put-bucket-versioning --bucket {bucket}"
    return failed("off", f"{fix} --versioning-configuration Status=Enabled")


def _public(examined: Examined, _about: str) -> Finding:
    if examined.services.bucket.blocks_public_access():
        return ok("blocked")
    return failed("not all of it is blocked", _BOOTSTRAP)


def _tls(examined: Examined, _about: str) -> Finding:
    if refuses_plain_http(examined.services.bucket.policy()):
        return ok("everybody is refused who comes without it")
    fix = f"{_BOOTSTRAP} For a bucket of your own, add that statement to its policy."
    return failed("the bucket's policy refuses nobody who comes without it", fix)


def _read(examined: Examined, about: str) -> Finding:
    settings = examined.settings
    policy = examined.services.bucket.policy()
    partition = partition_of(settings.region)
    bucket = f"arn:{partition}:s3:::{settings.assets_bucket}"
    wanted = {
        "deploy role": (
            f"{settings.prefix}-x/bundle",
            _role(settings, about, "mlops-gitops-deploy"),
        ),
        "workloads": ("model.tar.gz", _role(settings, about, "mlops-gitops/x")),
    }
    refused = [
        who
        for who, (key, role) in wanted.items()
        if not allows(policy, "s3:GetObject", f"{bucket}/{key}", role)
    ]
    if not refused:
        return ok("its deploy role and workloads, by the bucket's policy")
    fix = f"{_BOOTSTRAP} For a bucket of your own, add its statements to the policy."
    return failed(f"the bucket's policy leaves out: {', '.join(refused)}", fix)


def _key(examined: Examined, _about: str) -> Finding:
    arn = outputs_of(examined).get("AssetsKmsKeyArn", "")
    if not arn:
        return warning("the bucket has none of its own", "Bring one: `bootstrap.assets_key`.")
    if _ALIAS in arn:
        seen = f"{arn} is an alias, which other accounts do not see"
        return failed(seen, f"Name the key's own ARN in {SETTINGS_PATH}, then: {_BOOTSTRAP}")
    state = examined.services.keys.state(arn)
    if state == "Enabled":
        return ok(arn)
    seen = f"{arn} is {state}" if state else f"there is no key {arn}"
    fix = "Enable it (aws kms enable-key), or cancel its deletion (aws kms cancel-key-deletion)."
    return failed(seen, fix)


def _decrypts(examined: Examined, about: str) -> Finding:
    settings = examined.settings
    arn = outputs_of(examined).get("AssetsKmsKeyArn", "")
    if not arn:
        return ok("there is no key to ask for")
    policy = examined.services.keys.policy(arn)
    roles = {
        "deploy role": _role(settings, about, "mlops-gitops-deploy"),
        "workloads": _role(settings, about, "mlops-gitops/x"),
    }
    refused = [who for who, role in roles.items() if not allows(policy, "kms:Decrypt", arn, role)]
    if not refused:
        return ok("its deploy role and workloads, by the key's policy; nothing was decrypted")
    fix = f"{_BOOTSTRAP} For a key of your own, add its statements to the key's policy."
    return failed(f"the key's policy leaves out: {', '.join(refused)}", fix)


def _role(settings: Settings, account: str, name: str) -> str:
    return f"arn:{partition_of(settings.region)}:iam::{account}:role/{name}"


HOPS = (
    Hop(
        name="assets-bucket",
        what="Assets bucket",
        look=_bucket,
        needs=("orchestrator-stack",),
    ),
    Hop(
        name="assets-versioning",
        what="Versioning of the bucket",
        look=_versioning,
        needs=("assets-bucket",),
    ),
    Hop(
        name="assets-public",
        what="Public access to the bucket",
        look=_public,
        needs=("assets-bucket",),
    ),
    Hop(name="assets-tls", what="TLS at the bucket", look=_tls, needs=("assets-bucket",)),
    Hop(
        name="assets-read",
        what="The bucket is read from",
        look=_read,
        needs=("assets-bucket",),
        about=accounts,
    ),
    Hop(name="assets-key", what="Key of the bucket", look=_key, needs=("orchestrator-stack",)),
    Hop(
        name="key-use",
        what="The key decrypts for",
        look=_decrypts,
        needs=("assets-key",),
        about=accounts,
    ),
)
