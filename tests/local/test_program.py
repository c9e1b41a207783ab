"""State over restarts, the program, the fixtures, and what LocalAWS promises of itself."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import pytest

from local.kit import BUCKET, S3_RIGHTS, TRUST, client, job_request, make_role, upload
from novadoc.errors import LocalAWSError
from novadoc.local import FAST, EchoEngine, LocalAWS, LocalClock, TrainingRun, facts_table

pytest_plugins = ["pytester"]
ENVIRONMENT = {**os.environ, "PYTHONUNBUFFERED": "1"}


def _finished(local: LocalAWS, arn: str) -> Any:
    bedrock = client(local, "bedrock")
    end = time.monotonic() + 20
    while (job := bedrock.get_model_customization_job(jobIdentifier=arn))["status"] in {
        "InProgress",
        "Stopping",
    }:
        assert time.monotonic() < end
        time.sleep(0.05)
    return job


def test_the_state_survives_a_restart(local: LocalAWS, tmp_path: Path) -> None:
    """Objects, roles with their rights, jobs, models, deployments and tags are there again."""
    with LocalAWS(engine=EchoEngine(), folder=tmp_path) as first:
        data, role = upload(first), make_role(first)
        client(first, "s3").put_object(
            Bucket=BUCKET, Key="ü", Body=b"1", Metadata={"a": "b"}, ContentType="text/x"
        )
        bedrock = client(first, "bedrock")
        arn = bedrock.create_model_customization_job(**job_request(role, data))["jobArn"]
        model = _finished(first, arn)["outputModelArn"]
        deployment = bedrock.create_custom_model_deployment(
            modelDeploymentName="d", modelArn=model, tags=[{"key": "k", "value": "v"}]
        )["customModelDeploymentArn"]
    local.reset()  # empties the process's S3 and IAM, so that all must come from the folder
    with LocalAWS(engine=EchoEngine(), folder=tmp_path) as second:
        s3, bedrock = client(second, "s3"), client(second, "bedrock")
        runtime = client(second, "bedrock-runtime")
        entry = s3.get_object(Bucket=BUCKET, Key="ü")
        policy = client(second, "iam").get_role_policy(RoleName="trainer", PolicyName="s3")
        tags = bedrock.list_tags_for_resource(resourceARN=deployment)["tags"]
        time.sleep(FAST.deployment_creating.total_seconds())
        request = {"messages": [{"role": "user", "content": [{"text": "Read."}]}]}
        answer = runtime.converse(modelId=deployment, **request)

        assert (entry["Body"].read(), entry["Metadata"], entry["ContentType"]) == (
            b"1",
            {"a": "b"},
            "text/x",
        )
        assert policy["PolicyDocument"] == S3_RIGHTS
        assert tags == [{"key": "k", "value": "v"}]
        assert answer["output"]["message"]["content"][0]["text"] == '{"number":"N0"}'
        assert bedrock.get_model_customization_job(jobIdentifier=arn)["status"] == "Completed"


def test_a_job_cut_off_by_a_restart_goes_on(tmp_path: Path) -> None:
    """A training that had not ended begins again with the state it finds."""
    entered = threading.Event()

    class Endless(EchoEngine):
        def train(self, *_: Any, cancelled: Any, **__: Any) -> TrainingRun:
            entered.set()
            while not cancelled():
                time.sleep(0.01)
            return TrainingRun(b"", [], [])

    with LocalAWS(engine=Endless(), folder=tmp_path) as first:
        data, role = upload(first), make_role(first)
        bedrock = client(first, "bedrock")
        arn = bedrock.create_model_customization_job(**job_request(role, data))["jobArn"]
        assert entered.wait(10)
    with LocalAWS(engine=EchoEngine(), folder=tmp_path) as second:
        assert _finished(second, arn)["status"] == "Completed"


def test_one_folder_serves_one_process(tmp_path: Path) -> None:
    """A second local AWS on the same folder is told so, and the first goes on."""
    with LocalAWS(engine=EchoEngine(), folder=tmp_path) as first:
        with pytest.raises(LocalAWSError, match="in use by another"):
            LocalAWS(engine=EchoEngine(), folder=tmp_path).start()
        assert client(first, "bedrock").list_custom_models()["modelSummaries"] == []


def test_a_damaged_folder_is_said_to_be_damaged(tmp_path: Path) -> None:
    """A file that is none of ours is an error with its name, and nothing is left listening."""
    (tmp_path / "aws.json").write_text("{")
    with pytest.raises(LocalAWSError, match=r"aws\.json"):
        LocalAWS(engine=EchoEngine(), folder=tmp_path).start()
    (tmp_path / "aws.json").unlink()
    (tmp_path / "bedrock.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(LocalAWSError, match=r"bedrock\.sqlite"):
        LocalAWS(engine=EchoEngine(), folder=tmp_path).start()


def test_a_taken_port_is_an_error_with_its_number() -> None:
    """The port is named, and so is the way out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalAWSError, match=f"{port}.*0 for a free one"):
            LocalAWS(engine=EchoEngine(), port=port).start()


def test_it_listens_on_loopback_only_and_leaves_the_environment_alone() -> None:
    """Nothing is exported, and the address is 127.0.0.1."""
    before = dict(os.environ)
    with LocalAWS(engine=EchoEngine()) as local:
        assert local.url.startswith("http://127.0.0.1:")
        assert local.environ()["AWS_ENDPOINT_URL"] == local.url
        assert dict(os.environ) == before
    assert dict(os.environ) == before
    with pytest.raises(LocalAWSError, match="not running"):
        _ = local.url


def test_closing_ends_its_threads() -> None:
    """No thread of ours outlives the `with` block, whatever was going on."""

    class Endless(EchoEngine):
        def train(self, *_: Any, cancelled: Any, **__: Any) -> TrainingRun:
            while not cancelled():
                time.sleep(0.01)
            return TrainingRun(b"", [], [])

    before = set(threading.enumerate())
    with LocalAWS(engine=Endless()) as local:
        data, role = upload(local), make_role(local)
        client(local, "bedrock").create_model_customization_job(**job_request(role, data))
    left = set(threading.enumerate()) - before

    assert not [thread for thread in left if thread.name.startswith("novadoc-local-")]


def test_the_endpoint_variable_is_enough_for_plain_boto3(
    local: LocalAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that knows nothing of novadoc works with the variables alone."""
    for name, value in local.environ().items():
        monkeypatch.setenv(name, value)
    boto3.client("s3").create_bucket(Bucket="plain")
    answer = boto3.client("bedrock-runtime").converse(
        modelId="amazon.nova-lite-v1:0",
        messages=[{"role": "user", "content": [{"text": "Hello"}]}],
    )

    assert answer["stopReason"] == "end_turn"
    assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"


def _start(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "novadoc.local", "--port", "0", "--engine", "echo", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    assert process.stdout is not None
    return process, process.stdout.readline().removeprefix("Ready at ").strip()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_program_ends_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM end it with status 0, the state kept and nothing left listening."""
    process, url = _start("--folder", str(tmp_path))
    try:
        session = boto3.Session("local", "local", region_name="us-east-1")
        session.client("s3", endpoint_url=url).create_bucket(Bucket="kept")
        with urllib.request.urlopen(f"{url}/_local/health", timeout=5) as answer:
            assert json.load(answer) == {"ready": True}
        process.send_signal(number)
        output, _ = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()

    assert process.returncode == 0
    assert output.rstrip().endswith("Closed.")
    assert "kept" in (tmp_path / "aws.json").read_text()
    with pytest.raises(OSError, match=r".*"):
        urllib.request.urlopen(f"{url}/_local/health", timeout=2)


def test_a_kill_loses_seconds_at_most(tmp_path: Path) -> None:
    """Bedrock's state is on disk with each answer; S3's within seconds."""
    process, url = _start("--folder", str(tmp_path))
    try:
        session = boto3.Session("local", "local", region_name="us-east-1")
        session.client("s3", endpoint_url=url).create_bucket(Bucket="kept")
        end = time.monotonic() + 20
        while not (tmp_path / "aws.json").exists():
            assert time.monotonic() < end
            time.sleep(0.1)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    with LocalAWS(engine=EchoEngine(), folder=tmp_path) as local:
        buckets = client(local, "s3").list_buckets()["Buckets"]

        assert "kept" in [bucket["Name"] for bucket in buckets]


def test_the_facts_are_printed_with_their_source() -> None:
    """`--facts` lists every value with how sure we are."""
    command = [sys.executable, "-m", "novadoc.local", "--facts"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = output.splitlines()

    assert [line.split()[0] for line in lines] == [fact.name for fact in facts_table()]
    assert all(fact.source for fact in facts_table())
    assert "Could not assume provided IAM role." in output


def test_importing_it_loads_no_heavy_library() -> None:
    """moto, boto3 and the engine's libraries come with the first use."""
    code = (
        "import sys, novadoc.local;"
        "print([m for m in ('moto', 'boto3', 'flask', 'onnxruntime', 'PIL') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_fixture_gives_every_test_an_empty_aws(pytester: pytest.Pytester) -> None:
    """`local_aws` is reset between tests and starts one server a session."""
    pytester.makeconftest('pytest_plugins = ["novadoc.local.pytest_plugin"]')
    pytester.makepyfile(
        """
        import pytest

        seen = set()

        @pytest.mark.parametrize("turn", [1, 2])
        def test_empty(local_aws, turn):
            s3 = local_aws.session().client("s3", endpoint_url=local_aws.url)
            seen.add(local_aws.url)
            assert s3.list_buckets()["Buckets"] == []
            s3.create_bucket(Bucket="left-behind")
            assert len(seen) == 1
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:asyncio")

    result.assert_outcomes(passed=2)


def test_two_clocks_do_not_disturb_each_other(local: LocalAWS) -> None:
    """Each local AWS has its own Bedrock; buckets are the process's, as AWS's are the world's."""
    upload(local)
    with LocalAWS(engine=EchoEngine(), clock=LocalClock(speed=60)) as other:
        assert "Contents" in client(other, "s3").list_objects_v2(Bucket=BUCKET)
        role = make_role(other, "second", trust=TRUST)
        request = job_request(role, f"s3://{BUCKET}/data/train.jsonl")
        arn = client(other, "bedrock").create_model_customization_job(**request)["jobArn"]
        assert _finished(other, arn)["status"] == "Completed"
    assert (
        client(local, "bedrock").list_model_customization_jobs()["modelCustomizationJobSummaries"]
        == []
    )
    assert "Contents" in client(local, "s3").list_objects_v2(Bucket=BUCKET)
