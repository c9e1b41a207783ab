"""The page of permissions names what each method's calls need, and nothing else.

One project is run through on the local AWS, and every call is recorded under the method that made
it: what the page says, and what docstrings say under `Needs`, is held against the recording.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from novadoc import bedrock

from .permission_run import FREE, permissions_by_method

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"
ROW = re.compile(r"^\| (.*?) \| (.*?) \|$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
ACTION = re.compile(r"`((?:bedrock|s3|iam|sts|servicequotas):[A-Za-z]+)`")

CLASSES: Mapping[str, type] = {
    "storage": bedrock.Storage,
    "roles": bedrock.Roles,
    "customization": bedrock.Customization,
    "Job": bedrock.Job,
    "models": bedrock.Models,
    "deployments": bedrock.Deployments,
    "Deployment": bedrock.Deployment,
    "provisioned": bedrock.ProvisionedThroughput,
    "ProvisionedModel": bedrock.ProvisionedModel,
    "batch": bedrock.Batch,
    "BatchJob": bedrock.BatchJob,
    "BedrockModel": bedrock.BedrockModel,
    "cleanup": bedrock.Cleanup,
}
UNSEEN = {
    # The policy is left out on plain HTTP, where it would shut the caller out; tags come later only
    # in partitions that make buckets without.
    "storage.create_bucket": {"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:PutBucketTagging"},
    # Only when the service has forgotten the token of a job whose name is still taken.
    "batch.submit": {"bedrock:ListModelInvocationJobs"},
    "batch.retry": {"bedrock:ListModelInvocationJobs"},
    # Only when another process has made the same deployment since the plan.
    "deployments.apply": {"bedrock:ListCustomModelDeployments"},
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[str]]:
    """Permissions by method, from one run through a project."""
    found = permissions_by_method(tmp_path_factory.mktemp("data"))
    return {name: actions | UNSEEN.get(name, set()) for name, actions in found.items()}


def on_page() -> dict[str, set[str]]:
    """Permissions by method, as the page has them."""
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {
        name: set(ACTION.findall(actions))
        for names, actions in rows
        for name in CODE.findall(names)
    }


def public(kind: type) -> Iterator[str]:
    """The methods that a user may call."""
    for name, _ in inspect.getmembers(kind, inspect.isfunction):
        if not name.startswith("_"):
            yield name


def test_every_method_was_recorded(recorded: Mapping[str, set[str]]) -> None:
    """The run leaves no public method out, so that none is missing on the page."""
    methods = {f"{name}.{method}" for name, kind in CLASSES.items() for method in public(kind)}

    assert methods == set(recorded)


def test_page_names_what_each_method_calls(recorded: Mapping[str, set[str]]) -> None:
    """No permission is missing, none is asked for in vain, and no method is left out."""
    page = on_page()
    wrong = {
        name: {"missing": actions - page.get(name, set()), "vain": page.get(name, set()) - actions}
        for name, actions in recorded.items()
        if actions != page.get(name, set())
    }

    assert not wrong
    assert set(page) <= set(recorded)


def test_docstrings_name_no_permission_in_vain(recorded: Mapping[str, set[str]]) -> None:
    """What a docstring says a method needs is among what it calls."""
    wrong = {}
    for name, actions in recorded.items():
        holder, _, method = name.partition(".")
        said = set(ACTION.findall(inspect.getdoc(getattr(CLASSES[holder], method)) or ""))
        if not said <= actions | FREE:
            wrong[name] = said - actions

    assert not wrong
