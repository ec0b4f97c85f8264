"""What happens to a deployment after `apply` has looked, and before AWS does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from e2e.user import User

_BUNDLE = "/template.zip"


def apply_and_lose(user: User, package: str) -> None:
    """Apply a commit whose model package vanishes when it has been looked at."""
    sagemaker, world = user.aws("sagemaker"), user.world()
    assets = _Uploading(
        world.assets, lambda: sagemaker.delete_model_package(ModelPackageName=package)
    )
    replace(user, opened=replace(world, assets=assets)).did("apply")


@dataclass(frozen=True, slots=True)
class _Uploading:
    """Assets that let something happen just before a bundle is uploaded."""

    assets: Any
    happens: Callable[[], object]

    def write_after(self, previous: Any, key: str, content: bytes, sha256: str) -> Any:
        """Write a new version; of a bundle, not before it has happened."""
        if key.endswith(_BUNDLE):
            self.happens()
        return self.assets.write_after(previous, key, content, sha256)

    def __getattr__(self, name: str) -> Any:
        """Let everything else through."""
        return getattr(self.assets, name)
