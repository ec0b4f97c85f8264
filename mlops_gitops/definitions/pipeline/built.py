"""Built: a definition that the SageMaker SDK wrote -> the same, with code at addresses of ours.

The SDK's addresses of what it uploads depend on the path of the checkout, on the time or on chance.
Ours say the content, so the same code is the same definition wherever it is built.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from mlops_gitops.config.document import Json, Path
from mlops_gitops.definitions.asset import Asset, folder_of
from mlops_gitops.definitions.pipeline.script import Built
from mlops_gitops.definitions.pipeline.tarballs import settled_tarball

_TARBALLS = (".tar.gz", ".tgz")
_LEFT_BEHIND = "/__pycache__/"
"""What Python compiles has the time of its source in it, and is compiled again where it is not."""
_ENDS = r"(?![A-Za-z0-9!_.*'()/-])"
"""What follows a whole address. Source: "Safe characters" of object keys, S3 user guide."""


def built_of(definition: Mapping[str, Json], objects: Mapping[str, bytes], bucket: str) -> Built:
    """Give uploads addresses of their content, and write those into the definition.

    Args:
        definition: as the SDK wrote it.
        objects: what it uploaded: address -> content.
        bucket: where our assets are.
    """
    settled = {
        uri: _settled(uri, content) for uri, content in objects.items() if _LEFT_BEHIND not in uri
    }
    places = dict(_places(settled))
    if not places:
        return Built(definition=definition)
    used: dict[str, tuple[Asset, ...]] = {}
    longest = sorted(places, key=len, reverse=True)
    pattern = re.compile("|".join(rf"{re.escape(uri)}(?=/?{_ENDS})" for uri in longest))

    def ours(match: re.Match[str]) -> str:
        uri = match.group()
        used[uri] = places[uri]
        return f"s3://{bucket}/{_address(uri, settled, places[uri])}"

    value = _rewritten(dict(definition), pattern, ours)
    assets = {asset.key: asset for each in used.values() for asset in each}
    return Built(
        definition=value if isinstance(value, dict) else {},
        assets=tuple(assets[key] for key in sorted(assets)),
        lost=tuple(sorted(_lost(settled, used, str(value)))),
    )


def differing(one: Json, other: Json, at: Path = ()) -> Iterator[Path]:
    """Give the paths at which two values differ, the deepest that tell it."""
    match one, other:
        case dict(), dict():
            for key in sorted({*one, *other}):
                if key in one and key in other:
                    yield from differing(one[key], other[key], (*at, key))
                else:
                    yield (*at, key)
        case list(), list() if len(one) == len(other):
            for index, (left, right) in enumerate(zip(one, other, strict=True)):
                yield from differing(left, right, (*at, index))
        case _:
            if one != other or type(one) is not type(other):
                yield at


def shown(path: Sequence[str | int]) -> str:
    """Write a path as people do: `Steps[2].Arguments.Environment`."""
    parts = (f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
    return "".join(parts).removeprefix(".") or "the definition"


def _settled(uri: str, content: bytes) -> bytes:
    return settled_tarball(content) if uri.endswith(_TARBALLS) else content


def _places(objects: Mapping[str, bytes]) -> Iterator[tuple[str, tuple[Asset, ...]]]:
    """Give the assets of each object, and of each folder that objects are in."""
    for folder in {uri.rpartition("/")[0] for uri in objects}:
        inside = {
            uri.removeprefix(f"{folder}/"): content
            for uri, content in objects.items()
            if uri.startswith(f"{folder}/")
        }
        if folder.count("/") > len("//"):  # s3://bucket is where everything is
            yield folder, folder_of(inside)
    for uri, content in objects.items():
        yield uri, (Asset(name=uri.rpartition("/")[2], content=content),)


def _address(uri: str, objects: Mapping[str, bytes], assets: Sequence[Asset]) -> str:
    """Give the key of an object, or the key of a folder without a slash at its end."""
    first = assets[0]
    return first.key if uri in objects else first.key.removesuffix(f"/{first.name}")


def _rewritten(value: Json, pattern: re.Pattern[str], ours: Callable[[re.Match[str]], str]) -> Json:
    match value:
        case str():
            return pattern.sub(ours, value)
        case dict():
            return {key: _rewritten(each, pattern, ours) for key, each in value.items()}
        case list():
            return [_rewritten(each, pattern, ours) for each in value]
        case _:
            return value


def _lost(
    objects: Mapping[str, bytes], used: Mapping[str, object], definition: str
) -> Iterator[str]:
    """Name uploads that are used by parts of their address, such as in a Std:Join."""
    for uri in objects:
        is_used = uri in used or any(uri.startswith(f"{folder}/") for folder in used)
        key = uri.removeprefix("s3://").partition("/")[2]
        folder = key.rpartition("/")[0]
        if not is_used and (key in definition or (folder and folder in definition)):
            yield uri
