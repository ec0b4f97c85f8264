"""Write mlops_gitops/definitions/data/images.json: the URIs of AWS's own images.

The source is the image tables of the SageMaker SDK (distribution sagemaker-core, which can be
installed alone: `pip install --no-deps sagemaker-core`). The rule is the SDK's own answer to
`image_uris.retrieve(framework, region, version)`, without scope, Python version or instance type,
because that is all a config says. `python scripts/generate_images.py --check` asks the SDK itself,
where it is installed whole, for every framework, version and region, and compares.
"""

import json
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from botocore.loaders import Loader
from botocore.regions import EndpointResolver

TARGET = Path(__file__).parents[1] / "mlops_gitops" / "definitions" / "data" / "images.json"

FORMAT = (
    "URI of a framework's version in a region: "
    "'<account>.dkr.ecr.<region>.<suffixes[region]>/<repository>:<tag>', "
    "without ':<tag>' where tag is null. "
    "account: registries[version.registry][region]; a region that is not there has no such image. "
    "A framework with any_version takes every version string that it does not list, as that one. "
    "scopes: what its images are for. "
    "alias_of: the version that an alias stands for. missing: what a config would have to say "
    "beyond framework and version for the SDK to find the image; such a version never resolves."
)


def sdk_tables() -> dict[str, Any]:
    """Return the SDK's table of each framework.

    Raises:
        PackageNotFoundError: sagemaker-core is not installed.
    """
    folder = Path(
        str(distribution("sagemaker-core").locate_file("sagemaker/core/image_uri_config"))
    )
    tables = {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    return {name: table for name, table in tables.items() if list(scopes_of(table))}


def scopes_of(table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the parts of a table that list versions: the table itself, or one for each scope."""
    if "versions" in table:
        yield table
    else:
        yield from (one for one in table.values() if isinstance(one, dict) and "versions" in one)


def images() -> dict[str, Any]:
    """Return the whole table."""
    registries: list[dict[str, str]] = []
    frameworks = {
        name: {"scopes": purposes(table), **framework(name, table, registries)}
        for name, table in sdk_tables().items()
    }
    resolver = EndpointResolver(Loader().load_data("endpoints"))
    regions = sorted({region for registry in registries for region in registry})
    return {
        "format": FORMAT,
        "source": f"sagemaker-core {distribution('sagemaker-core').version}",
        "suffixes": {region: suffix_of(resolver, region) for region in regions},
        "registries": registries,
        "frameworks": frameworks,
    }


def purposes(table: dict[str, Any]) -> list[str]:
    """Return what the images of a framework are for, as the SDK's table calls it."""
    return sorted(table.get("scope", []) if "versions" in table else table)


def suffix_of(resolver: EndpointResolver, region: str) -> str:
    """Return the domain after the region's name: amazonaws.com, in China amazonaws.com.cn."""
    hostname: str = resolver.construct_endpoint("ecr", region)["hostname"]
    return hostname.removeprefix(f"ecr.{region}.")


def framework(name: str, table: dict[str, Any], registries: list[dict[str, str]]) -> dict[str, Any]:
    """Return one framework's versions; registries seen for the first time are added to the list."""
    part = part_without_scope(name, table)
    if part is None:
        versions = {version for one in scopes_of(table) for version in names_of(one)}
        return {"versions": {one: {"missing": ["scope"]} for one in sorted(versions)}}
    found = {one: version_entry(name, part, one, registries) for one in names_of(part)}
    only = list(part["versions"])
    return {"any_version": only[0], "versions": found} if len(only) == 1 else {"versions": found}


def part_without_scope(name: str, table: dict[str, Any]) -> dict[str, Any] | None:
    """Return the part of the table that the SDK takes when it is told no scope; None if it asks."""
    scopes = table.get("scope", list(table))
    if name in ("sklearn", "xgboost"):
        return dict(table["training"])
    if len(scopes) == 1 or ("scope" in table and set(scopes) == {"training", "inference"}):
        part = table if "scope" in table else dict(table[scopes[0]])
        return part if "versions" in part else None
    return None


def names_of(part: dict[str, Any]) -> list[str]:
    """Return the versions and aliases of a part."""
    return [*part["versions"], *part.get("version_aliases", {})]


def version_entry(
    name: str, part: dict[str, Any], version: str, registries: list[dict[str, str]]
) -> dict[str, Any]:
    """Return repository, tag and registry of one version, or what is missing to know them."""
    target = part.get("version_aliases", {}).get(version, version)
    alias = {} if target == version else {"alias_of": target}
    entry = part["versions"][target]
    processors = part.get("processors") or entry.get("processors") or []
    pythons = [] if name == "spark" else python_versions(entry)
    missing = ["base framework"] if name == "huggingface" else []
    missing += ["Python version"] if len(pythons) > 1 else []
    missing += ["instance type"] if len(processors) > 1 else []
    if missing:
        return alias | {"missing": missing}
    python = pythons[0] if pythons else None
    processor = processors[0] if processors else None
    entry = entry.get(python) or entry
    container = entry.get("container_version", {}).get(processor)
    if "sdk_versions" in entry:
        container = f"{max(entry['sdk_versions'])}-{container}"
    shown = processor if entry.get("processor_in_tag", True) else None
    prefix = entry.get("tag_prefix", version)
    tag = "-".join(part for part in (prefix, shown, python, container) if part)
    if entry["registries"] not in registries:
        registries.append(entry["registries"])
    place = registries.index(entry["registries"])
    return alias | {"repository": entry["repository"], "tag": tag or None, "registry": place}


def python_versions(entry: dict[str, Any]) -> list[str]:
    """Return the Python versions that an entry offers; some entries are keyed by them."""
    return list(entry.get("py_versions", [])) if "repository" in entry else list(entry)


def uri(table: dict[str, Any], name: str, region: str, version: str) -> str | None:
    """Look a URI up as the file's format says; None if there is none."""
    known = table["frameworks"][name]
    entry = known["versions"].get(version) or known["versions"].get(known.get("any_version"))
    if entry is None or "missing" in entry:
        return None
    account = table["registries"][entry["registry"]].get(region)
    if not account:
        return None
    tag = f":{entry['tag']}" if entry["tag"] else ""
    return f"{account}.dkr.ecr.{region}.{table['suffixes'][region]}/{entry['repository']}{tag}"


def check() -> int:
    """Compare the table with the SDK's own answers; return the number of differences."""
    from sagemaker.core import common_utils, image_uris

    # The SDK reads its tables and botocore's endpoints anew for every question.
    resolver = EndpointResolver(Loader().load_data("endpoints"))
    common_utils._botocore_resolver = lambda: resolver  # noqa: SLF001 - makes minutes of hours
    tables, table = sdk_tables(), images()
    image_uris.config_for_framework = lambda name: tables[name]
    asked = answered = differences = 0
    for name, known in table["frameworks"].items():
        for version in (*known["versions"], "no-such-version"):
            for region in table["suffixes"]:
                asked += 1
                try:
                    expected = image_uris.retrieve(name, region, version)
                    answered += 1
                except Exception:  # noqa: BLE001 - the SDK refuses in many ways, crashes among them
                    expected = None
                if uri(table, name, region, version) != expected:
                    differences += 1
                    print(name, version, region, uri(table, name, region, version), expected)
    print(f"{asked} questions, {answered} answers, {differences} differences")
    return differences


def text() -> str:
    """Return the file's text, one line for each version, registry or framework."""
    table = images()
    frameworks = []
    for name, known in table["frameworks"].items():
        rows = [
            f"   {json.dumps(v)}: {json.dumps(entry)}" for v, entry in known["versions"].items()
        ]
        only = (
            f'"any_version": {json.dumps(known["any_version"])}, ' if "any_version" in known else ""
        )
        scopes = f'"scopes": {json.dumps(known["scopes"])}, '
        frameworks.append(
            f'  {json.dumps(name)}: {{{scopes}{only}"versions": {{\n' + ",\n".join(rows) + "\n  }}"
        )
    registries = ",\n".join(f"  {json.dumps(registry)}" for registry in table["registries"])
    head = "".join(
        f" {json.dumps(key)}: {json.dumps(table[key])},\n"
        for key in ("format", "source", "suffixes")
    )
    body = f' "registries": [\n{registries}\n ],\n "frameworks": {{\n' + ",\n".join(frameworks)
    return f"{{\n{head}{body}\n }}\n}}\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(check() > 0)
    try:
        TARGET.write_text(text())
    except PackageNotFoundError:
        sys.exit("The image tables are in sagemaker-core: pip install --no-deps sagemaker-core")
