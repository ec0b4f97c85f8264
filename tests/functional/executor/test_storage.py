"""S3 as folders: what an execution writes lies over what it only reads."""

from pathlib import Path

import pytest

from mlops_gitops.executor.storage import BadUri, Storage, Writer


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """A run's storage over a folder of data and a single file."""
    data = tmp_path / "data"
    (data / "train" / "deep").mkdir(parents=True)
    (data / "train" / "a.csv").write_text("a", encoding="utf-8")
    (data / "train" / "deep" / "b.csv").write_text("b", encoding="utf-8")
    (data / "train.json").write_text("j", encoding="utf-8")
    (tmp_path / "one.txt").write_text("one", encoding="utf-8")
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (data / "link").symlink_to(tmp_path / "secret")
    (data / "way-out").symlink_to(tmp_path)
    sources = {"s3://bucket/data": data, "s3://bucket/single/one.txt": tmp_path / "one.txt"}
    return Storage(tmp_path / "s3", sources)


@pytest.mark.parametrize(
    ("uri", "names"),
    [
        ("s3://bucket/data/train", ["a.csv", "deep/b.csv"]),
        ("s3://bucket/data/train/", ["a.csv", "deep/b.csv"]),
        ("s3://bucket/data/train/a.csv", ["a.csv"]),
        ("s3://bucket/data/tr", ["train.json", "train/a.csv", "train/deep/b.csv"]),
        ("s3://bucket/single/one.txt", ["one.txt"]),
        ("s3://bucket/single", ["one.txt"]),
        ("s3://bucket/data/none", []),
        ("s3://bucket/datax", []),
        ("s3://other/data/train", []),
        (
            "s3://bucket",
            ["data/train.json", "data/train/a.csv", "data/train/deep/b.csv", "single/one.txt"],
        ),
    ],
)
def test_objects_are_listed_as_a_job_finds_them(
    storage: Storage, uri: str, names: list[str]
) -> None:
    """By an object's name, by a folder's, and by a prefix that is neither."""
    assert list(storage.objects(uri)) == names


def test_what_is_written_lies_over_what_is_read(storage: Storage, tmp_path: Path) -> None:
    """And the source stays as it was."""
    Writer(storage).put_text("s3://bucket/data/train/a.csv", "new")

    assert storage.read("s3://bucket/data/train/a.csv") == b"new"
    assert (tmp_path / "data/train/a.csv").read_text("utf-8") == "a"
    assert storage.read("s3://bucket/data/train/none") is None


def test_links_lead_nowhere(storage: Storage) -> None:
    """Neither by name nor by listing does one read what lies outside."""
    assert not [name for name in storage.objects("s3://bucket/data") if "link" in name]
    for key in ("link", "way-out/secret"):
        with pytest.raises(BadUri, match="leads out"):
            storage.objects(f"s3://bucket/data/{key}")


def test_a_bucket_is_no_object(storage: Storage) -> None:
    """What is written has a key."""
    with pytest.raises(BadUri, match="names no object"):
        storage.put_text("s3://bucket", "x")
