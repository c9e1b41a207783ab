"""Data on its way to S3 and back: private, verified, resumable."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from novadoc.bedrock import Bedrock, FineTuning, UploadedDataset
from novadoc.bedrock._buckets import private, tls_only
from novadoc.errors import (
    AccessDeniedError,
    ConfigurationError,
    ConflictError,
    DatasetError,
    NotFoundError,
)
from novadoc.local import LocalAWS, LocalClock

from .conftest import (
    WrittenFile,
    WrittenManifest,
    connect,
    lose_answer,
    png,
    record,
    session,
    write_dataset,
)

URI = "s3://invoices-bucket/invoices/"


@pytest.fixture
def bucket(aws: Bedrock) -> str:
    return aws.storage.create_bucket("invoices-bucket")


def test_records_in_s3_name_their_images_there(aws: Bedrock, bucket: str, tmp_path: Path) -> None:
    """Relative image URIs become s3:// ones with the owner; nothing else of a record changes."""
    manifest = write_dataset(tmp_path, train=3, validation=2)

    data = aws.storage.upload(manifest, URI)

    before = [json.loads(line) for line in (tmp_path / "train.jsonl").read_text().splitlines()]
    after = [json.loads(line) for line in aws.storage.read(data.train_uri).splitlines()]
    for old, new in zip(before, after, strict=True):
        location = new["messages"][0]["content"][0]["image"]["source"]["s3Location"]
        name = old["messages"][0]["content"][0]["image"]["source"]["s3Location"]["uri"]
        assert {"uri": URI + name, "bucketOwner": "123456789012"} == location
        assert (tmp_path / name).read_bytes() == aws.storage.read(location["uri"])
        location.pop("bucketOwner")
        location["uri"] = name
        assert old == new
    assert data.validation_uri is not None
    assert 2 == len(aws.storage.read(data.validation_uri).splitlines())


def test_the_test_part_stays_at_home(aws: Bedrock, bucket: str, tmp_path: Path) -> None:
    """What a model is judged by is never put where a training role can read it."""
    aws.storage.upload(write_dataset(tmp_path), URI)

    assert not [found for found in aws.storage.list(URI) if "test.jsonl" in found.uri]


def test_what_is_there_is_not_sent_again(aws: Bedrock, bucket: str, tmp_path: Path) -> None:
    """A second upload sends nothing; one after an interruption sends the rest."""
    manifest = write_dataset(tmp_path, train=5)
    first = aws.storage.upload(manifest, URI)
    second = aws.storage.upload(manifest, URI)
    image = next(found.uri for found in aws.storage.list(f"{URI}images/"))
    aws.storage.delete(image)
    third = aws.storage.upload(manifest, URI)

    assert (7, 0) == (first.uploaded, first.skipped)
    assert (0, 7) == (second.uploaded, second.skipped)
    assert (1, 6) == (third.uploaded, third.skipped)


def test_an_image_that_is_not_the_one_written_is_refused(
    aws: Bedrock, bucket: str, tmp_path: Path
) -> None:
    """A file whose bytes do not have its name's digest is never uploaded."""
    manifest = write_dataset(tmp_path, train=2)
    image = next((tmp_path / "images").iterdir())
    image.write_bytes(png(250))

    with pytest.raises(DatasetError, match=image.name):
        aws.storage.upload(manifest, URI)
    assert not [found for found in aws.storage.list(URI) if found.uri.endswith(".jsonl")]


def test_records_changed_after_writing_are_refused(
    aws: Bedrock, bucket: str, tmp_path: Path
) -> None:
    """The manifest's hash is held against the file while it is streamed."""
    manifest = write_dataset(tmp_path)
    with (tmp_path / "train.jsonl").open("a") as file:
        file.write("{}\n")

    with pytest.raises(DatasetError, match="changed"):
        aws.storage.upload(manifest, URI)


def test_a_line_that_is_not_json_is_named(aws: Bedrock, bucket: str, tmp_path: Path) -> None:
    """File and line are in the error, its content is not."""
    manifest = write_dataset(tmp_path)
    (tmp_path / "train.jsonl").write_text("{}\nSECRET\n")

    with pytest.raises(DatasetError, match=r"train.jsonl`, line 2") as caught:
        aws.storage.upload(manifest, URI)
    assert "SECRET" not in str(caught.value)


def test_a_file_that_is_gone_is_named(aws: Bedrock, bucket: str, tmp_path: Path) -> None:
    """A missing image and a missing file of records are errors of ours, with the way out."""
    manifest = write_dataset(tmp_path, train=2)
    image = next((tmp_path / "images").iterdir())
    image.unlink()
    with pytest.raises(DatasetError, match=image.name):
        aws.storage.upload(manifest, URI)
    (tmp_path / "train.jsonl").unlink()
    with pytest.raises(DatasetError, match=r"train.jsonl` is in the manifest"):
        aws.storage.upload(manifest, URI)


def _described(manifest: WrittenManifest) -> WrittenManifest:
    """Beside the records, the manifest that the dataset writers leave."""
    data = {
        **{name: getattr(manifest, name) for name in ("base_model", "dataset_hash", "schema")},
        "prompt_fingerprint": manifest.prompt_fingerprint,
        "image_fingerprint": manifest.image_fingerprint,
        "files": {part: asdict(file) for part, file in manifest.files.items()},
    }
    (manifest.folder / "manifest.json").write_text(json.dumps(data))
    return manifest


def test_a_data_set_in_s3_is_found_again(aws: Bedrock, bucket: str, tmp_path: Path) -> None:
    """By the folder it was uploaded to, by its own, by its records; and a job on it is the same."""
    data = aws.storage.upload(_described(write_dataset(tmp_path, train=9, validation=2)), URI)

    found = aws.storage.refer(URI)

    assert found == aws.storage.refer(data.train_uri) == aws.storage.refer(URI.rstrip("/"))
    same = replace(data, manifest=None, uploaded=0, skipped=0)
    assert replace(found, manifest=None) == same
    assert (9, 9) == (found.train_records, found.images)
    one, other = (
        aws.customization.parameters(
            FineTuning("n", given, role="arn:aws:iam::123456789012:role/r")
        )
        for given in (data, found)
    )
    assert one == other


def test_a_page_in_several_records_counts_in_each(
    aws: Bedrock, bucket: str, tmp_path: Path
) -> None:
    """A job reads it, and is paid, as often as training records name it; it is stored once."""
    manifest = write_dataset(tmp_path, train=9, validation=3)
    line = (tmp_path / "train.jsonl").read_bytes().splitlines(keepends=True)[0]
    (tmp_path / "train.jsonl").write_bytes(9 * line)
    files = {**manifest.files, "train": replace(manifest.files["train"], sha256="")}

    data = aws.storage.upload(_described(replace(manifest, files=files)), URI)

    assert 9 == data.images == aws.storage.refer(URI).images
    assert 3 == sum("/images/" in found.uri for found in aws.storage.list(URI))


def test_several_data_sets_are_told_apart(aws: Bedrock, bucket: str, tmp_path: Path) -> None:
    """Which one is meant is asked, with those there are; what is not there is not found."""
    with pytest.raises(NotFoundError, match="no data set"):
        aws.storage.refer(URI)
    one = aws.storage.upload(_described(write_dataset(tmp_path / "a", train=9)), URI)
    aws.storage.upload(_described(write_dataset(tmp_path / "b", train=10)), URI)

    with pytest.raises(ConfigurationError, match="2 data sets") as caught:
        aws.storage.refer(URI)
    assert one.train_uri.rpartition("/")[0] in str(caught.value)
    assert one.train_uri == aws.storage.refer(one.train_uri).train_uri
    aws.storage.delete(one.train_uri)
    with pytest.raises(NotFoundError):
        aws.storage.refer(one.train_uri)


@pytest.mark.parametrize("text", ["", "[]", '{"files": {}}'])
def test_a_damaged_manifest_in_s3_is_said_to_be(
    aws: Bedrock, bucket: str, tmp_path: Path, text: str
) -> None:
    """What cannot be read is no data set."""
    data = aws.storage.upload(_described(write_dataset(tmp_path)), URI)
    aws.storage.write(f"{data.train_uri.rpartition('/')[0]}/manifest.json", text.encode())

    with pytest.raises(DatasetError, match=r"manifest.json"):
        aws.storage.refer(URI)


def test_a_data_set_without_a_training_part_is_refused(aws: Bedrock, tmp_path: Path) -> None:
    """Nothing is sent that no job could use."""
    manifest = write_dataset(tmp_path, train=0)

    with pytest.raises(DatasetError, match="no training part"):
        aws.storage.upload(manifest, URI)


def test_a_prefix_that_training_refuses_is_refused_first(aws: Bedrock, tmp_path: Path) -> None:
    """A partition-style prefix is told before anything is sent."""
    with pytest.raises(ConfigurationError, match="dt=2026"):
        aws.storage.upload(write_dataset(tmp_path), "s3://invoices-bucket/dt=2026/")


def test_a_bucket_of_ours_is_settled_again(aws: Bedrock, bucket: str) -> None:
    """Creating it twice is the same bucket."""
    assert bucket == aws.storage.create_bucket("invoices-bucket")


def test_a_bucket_whose_answer_was_lost_is_ours(local: LocalAWS, clock: LocalClock) -> None:
    """Outside us-east-1 the retry is told that the bucket is there."""
    aws = Bedrock.connect(
        "eu-west-1", session=session(), endpoint_url=local.url, project="p", clock=clock
    )
    lose_answer(aws._connection.s3, "CreateBucket")

    aws.storage.create_bucket("lost-bucket")

    assert ["bucket"] == [item.kind for item in aws.cleanup.inventory()]


def test_a_bucket_that_somebody_made_meanwhile_is_theirs(
    local: LocalAWS, clock: LocalClock
) -> None:
    """A bucket without our tags is not claimed because a request met it."""
    aws = Bedrock.connect(
        "eu-west-1", session=session(), endpoint_url=local.url, project="p", clock=clock
    )
    theirs = session().client("s3", endpoint_url=local.url, region_name="eu-west-1")
    place = {"LocationConstraint": "eu-west-1"}

    def faster(**_: object) -> None:
        theirs.create_bucket(Bucket="raced-bucket", CreateBucketConfiguration=place)

    aws._connection.s3.client.meta.events.register_first("before-call.s3.CreateBucket", faster)

    with pytest.raises(ConflictError, match="not made for this project"):
        aws.storage.create_bucket("raced-bucket")
    assert () == aws.cleanup.inventory()


def test_a_run_killed_once_the_bucket_is_there_leaves_one_of_ours(
    aws: Bedrock, local: LocalAWS, clock: LocalClock
) -> None:
    """The next run settles the bucket, and clean-up finds it: it was tagged with being made."""

    def kill(**_: object) -> None:
        raise KeyboardInterrupt

    aws._connection.s3.client.meta.events.register_last("after-call.s3.CreateBucket", kill)
    with pytest.raises(KeyboardInterrupt):
        aws.storage.create_bucket("half-made")
    later = connect(local, clock)

    assert ["half-made"] == [item.name for item in later.cleanup.inventory()]
    assert "s3://half-made/" == later.storage.create_bucket("half-made")
    assert later.cleanup.apply(later.cleanup.plan()).is_clean


def test_a_partition_without_tags_at_creation_is_told_them_after(aws: Bedrock) -> None:
    """What S3 does not know yet is left out, and done in a call of its own."""
    told: list[object] = []

    def refuse(params: dict[str, Any], **_: object) -> Any:
        told.append(params["body"])
        if b"<Tags>" not in (params["body"] or b""):
            return None
        error = {"Code": "UnsupportedArgument", "Message": "unsupported argument."}
        return SimpleNamespace(status_code=400, headers={}), {
            "Error": error,
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }

    aws._connection.s3.client.meta.events.register("before-call.s3.CreateBucket", refuse)

    aws.storage.create_bucket("older-bucket")

    assert 2 == len(told)
    assert ["older-bucket"] == [item.name for item in aws.cleanup.inventory()]


def test_settling_a_bucket_again_keeps_what_others_set(aws: Bedrock, local: LocalAWS) -> None:
    """A bank's own tags and its own key are not undone by the next run of a script."""
    aws.storage.create_bucket("invoices-bucket", kms_key="alias/bank")
    s3 = session().client("s3", endpoint_url=local.url)
    tags = [*s3.get_bucket_tagging(Bucket="invoices-bucket")["TagSet"], {"Key": "a", "Value": "b"}]
    s3.put_bucket_tagging(Bucket="invoices-bucket", Tagging={"TagSet": tags})

    aws.storage.create_bucket("invoices-bucket")

    after = s3.get_bucket_tagging(Bucket="invoices-bucket")["TagSet"]
    assert {"Key": "a", "Value": "b"} in after
    rules = s3.get_bucket_encryption(Bucket="invoices-bucket")["ServerSideEncryptionConfiguration"]
    assert "alias/bank" in str(rules)


def test_the_bucket_of_another_account_is_said_to_be(aws: Bedrock, local: LocalAWS) -> None:
    """Names are of everybody: what may not be looked at is most often somebody else's."""
    theirs = local.session(account="210987654321").client("s3", endpoint_url=local.url)
    theirs.create_bucket(Bucket="taken-bucket")

    with pytest.raises(AccessDeniedError, match=r"another account's.*another name"):
        aws.storage.create_bucket("taken-bucket")


def test_a_bucket_whose_deletion_s_answer_was_lost_is_gone(aws: Bedrock, bucket: str) -> None:
    """The retry finds nothing, which is what was asked for."""
    lose_answer(aws._connection.s3, "DeleteBucket")

    aws.storage.delete_bucket("invoices-bucket")

    assert () == aws.cleanup.inventory()


def test_an_image_that_is_not_named_by_its_digest_is_sent_when_it_changed(
    aws: Bedrock, bucket: str, tmp_path: Path
) -> None:
    """Of the same name and size there may lie another image: a job would learn from it."""
    for shade in (3, 4):
        folder = tmp_path / str(shade)
        (folder / "images").mkdir(parents=True)
        (folder / "images" / "page.png").write_bytes(png(shade).ljust(200, b"\0"))
        body = record("images/page.png", "{}").encode() + b"\n"
        (folder / "train.jsonl").write_bytes(body)
        file = WrittenFile("train.jsonl", 1, hashlib.sha256(body).hexdigest())
        aws.storage.upload(WrittenManifest(folder, {"train": file}), URI)

    there = aws.storage.read(f"{URI}images/page.png")

    assert png(4) == there.rstrip(b"\0")


def test_a_bucket_of_ours_in_another_region_is_not_settled(
    aws: Bedrock, bucket: str, local: LocalAWS, clock: LocalClock
) -> None:
    """Who asks for a bucket here does not get one abroad: where data lies is not an accident."""
    abroad = Bedrock.connect(
        "eu-west-1", session=session(), endpoint_url=local.url, project="invoices", clock=clock
    )

    with pytest.raises(ConflictError, match="is in us-east-1"):
        abroad.storage.create_bucket("invoices-bucket")


def test_a_bucket_that_keeps_versions_goes_with_them(
    aws: Bedrock, bucket: str, local: LocalAWS
) -> None:
    """Organisations switch versions on: what was written over or deleted is billed all the same."""
    s3 = session().client("s3", endpoint_url=local.url)
    s3.put_bucket_versioning(
        Bucket="invoices-bucket", VersioningConfiguration={"Status": "Enabled"}
    )
    for data in (b"one", b"two"):
        uri = aws.storage.write(f"{bucket}a/b.bin", data)
    aws.storage.delete(uri)

    aws.storage.delete_bucket("invoices-bucket")

    assert [] == [one["Name"] for one in s3.list_buckets()["Buckets"]]


@pytest.mark.parametrize("uri", ["s3://invoices-bucket", "s3://invoices-bucket/"])
def test_a_prefix_that_came_out_empty_deletes_nothing(aws: Bedrock, bucket: str, uri: str) -> None:
    """A whole bucket is never what a folder's name that was forgotten means."""
    aws.storage.write(f"{bucket}kept.bin", b"x")

    with pytest.raises(ConfigurationError, match="delete_bucket"):
        aws.storage.delete(uri)
    assert 1 == len(list(aws.storage.list(bucket)))


def test_a_foreign_bucket_is_left_alone(aws: Bedrock, local: LocalAWS) -> None:
    """What was not made for this project is neither changed nor deleted."""
    session().client("s3", endpoint_url=local.url).create_bucket(Bucket="somebodys")

    with pytest.raises(ConflictError, match="somebodys"):
        aws.storage.create_bucket("somebodys")
    with pytest.raises(ConflictError, match="somebodys"):
        aws.storage.delete_bucket("somebodys")


def test_a_bucket_is_private(aws: Bedrock, bucket: str, local: LocalAWS) -> None:
    """Public access is blocked and objects are encrypted."""
    s3 = session().client("s3", endpoint_url=local.url)

    blocked = s3.get_public_access_block(Bucket="invoices-bucket")
    rules = s3.get_bucket_encryption(Bucket="invoices-bucket")

    assert all(blocked["PublicAccessBlockConfiguration"].values())
    rule = rules["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert "AES256" == rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]


def test_a_bucket_refuses_plain_http() -> None:
    """The policy denies everything to everybody without TLS, in any partition."""
    policy: Any = tls_only("b", "aws-us-gov", None)

    (statement,) = policy["Statement"]
    assert ("Deny", "*", "s3:*") == tuple(statement[k] for k in ("Effect", "Principal", "Action"))
    assert ["arn:aws-us-gov:s3:::b", "arn:aws-us-gov:s3:::b/*"] == statement["Resource"]
    assert {"Bool": {"aws:SecureTransport": "false"}} == statement["Condition"]
    assert "aws:kms" in str(dict(private("key", is_new=True))["PutBucketEncryption"])


def test_a_policy_that_is_there_stays() -> None:
    """A statement of the bank's own survives, ours is there once, and nothing changes twice."""
    theirs = {"Sid": "OnlyOurNetwork", "Effect": "Deny"}

    first: Any = tls_only("b", "aws", {"Version": "2012-10-17", "Id": "x", "Statement": theirs})

    assert ["OnlyOurNetwork", "TlsOnly"] == [one["Sid"] for one in first["Statement"]]
    assert "x" == first["Id"]
    assert first == tls_only("b", "aws", first)


def test_objects_come_back_as_they_went(aws: Bedrock, bucket: str, tmp_path: Path) -> None:
    """Write, list, read, open, download and delete agree; a folder is not a beginning of names."""
    uri = aws.storage.write(f"{bucket}a/page.png", png(3))
    aws.storage.write(f"{bucket}a/deep/other.bin", b"x")
    beside = aws.storage.write(f"{bucket}a-2025/page.png", b"x")

    assert png(3) == aws.storage.read(uri)
    assert "page.png" == aws.storage.open(uri).name
    paths = aws.storage.download(f"{bucket}a/", tmp_path / "down")
    names = [path.relative_to(tmp_path / "down").as_posix() for path in paths]
    assert ["deep/other.bin", "page.png"] == names
    assert 2 == aws.storage.delete(f"{bucket}a")
    assert [beside] == [found.uri for found in aws.storage.list(bucket)]
    with pytest.raises(NotFoundError):
        aws.storage.download(f"{bucket}a/", tmp_path)


def test_download_keeps_to_its_folder(aws: Bedrock, bucket: str, tmp_path: Path) -> None:
    """A key that leads out of the folder is refused; a console's empty folders are no files."""
    aws.storage.write(f"{bucket}a/", b"")
    aws.storage.write(f"{bucket}a/b/", b"")
    aws.storage.write(f"{bucket}a/b/page.png", png(3))

    assert [tmp_path / "in" / "b" / "page.png"] == list(
        aws.storage.download(f"{bucket}a/", tmp_path / "in")
    )
    aws.storage.write(f"{bucket}a/../../out.png", png(4))
    with pytest.raises(ConfigurationError, match="out of the folder"):
        aws.storage.download(f"{bucket}a/", tmp_path / "in")
    assert not (tmp_path / "out.png").exists()
    assert not (tmp_path.parent / "out.png").exists()


def test_every_call_names_the_owner_it_expects(aws: Bedrock, bucket: str, tmp_path: Path) -> None:
    """A bucket that somebody else took over is never read or written by mistake."""
    owners: dict[str, str | None] = {}

    def remember(model: object, params: dict[str, dict[str, str]], **_: object) -> None:
        owners[model.name] = params["headers"].get("x-amz-expected-bucket-owner")  # type: ignore[attr-defined]

    aws._connection.s3.client.meta.events.register("before-call.s3", remember)
    aws.storage.upload(write_dataset(tmp_path), URI)
    aws.storage.create_bucket("invoices-bucket")
    aws.storage.download(URI, tmp_path / "down")
    aws.storage.delete_bucket("invoices-bucket")

    assert {"PutObject", "HeadObject", "ListObjectsV2", "GetObject", "DeleteBucket"} < set(owners)
    assert {"123456789012"} == set(owners.values()), owners


def test_data_that_is_there_already_needs_a_base_model() -> None:
    """Without a manifest somebody has to say what the records are for."""
    with pytest.raises(ConfigurationError, match="base_model"):
        UploadedDataset("s3://bucket/train.jsonl", "s3://bucket/out/")
