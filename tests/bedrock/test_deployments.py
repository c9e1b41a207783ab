"""Deployments: planned, applied once, promoted through a gate, taken back, gone when told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

import pytest
from botocore.exceptions import ClientError

from novadoc.bedrock import (
    Bedrock,
    CustomModel,
    Deployment,
    FineTuning,
    OnDemand,
    Provisioned,
    Traffic,
)
from novadoc.bedrock._deployment_plan import _refuse
from novadoc.errors import (
    AccessDeniedError,
    ConfigurationError,
    ConflictError,
    DeploymentFailedError,
    NotFoundError,
    ServiceError,
    WaitTimeoutError,
)
from novadoc.local import Fault, LocalAWS, LocalClock

from .conftest import connect, lose_answer


@dataclass(frozen=True)
class Verdict:
    passed: bool


@pytest.fixture
def model(aws: Bedrock, request_: FineTuning) -> CustomModel:
    return aws.customization.submit(request_).wait()


@pytest.fixture
def better(aws: Bedrock, request_: FineTuning, model: CustomModel) -> CustomModel:
    return aws.customization.submit(replace(request_, epochs=3)).wait()


@pytest.fixture
def deployment(aws: Bedrock, model: CustomModel) -> Deployment:
    return aws.deployments.apply(aws.deployments.plan(OnDemand("invoices", model))).wait()


def test_applying_a_plan_twice_is_one_deployment(aws: Bedrock, model: CustomModel) -> None:
    """The plan's token makes it so, and a new plan finds it there."""
    plan = aws.deployments.plan(OnDemand("invoices", model))
    first, second = aws.deployments.apply(plan), aws.deployments.apply(plan)
    later = aws.deployments.plan(OnDemand("invoices", model))

    assert first.arn == second.arn == aws.deployments.apply(later).arn
    assert ("create", "keep") == (plan.action, later.action)
    assert 1 == len(list(aws.deployments.list()))
    assert "no idle cost" in str(plan)


def test_a_name_that_is_wanted_again_is_a_new_deployment(
    aws: Bedrock, model: CustomModel, deployment: Deployment
) -> None:
    """After deletion the old token does not bring the old ARN back."""
    deployment.delete()

    again = aws.deployments.apply(aws.deployments.plan(OnDemand("invoices", model)))

    assert deployment.arn != again.arn
    assert again.wait().status().is_active


def test_a_deployment_tells_what_its_model_was_trained_with(
    aws: Bedrock, deployment: Deployment
) -> None:
    """The prompt's fingerprint travels from the model's tags to the deployment's."""
    assert "p" * 64 == aws.model(deployment).trained_prompt()
    assert "nova-lite" == aws.deployments.get("invoices").base_model
    assert None is aws.model(deployment.arn).base_model


def test_deleting_waits_until_it_is_gone_and_may_be_repeated(
    aws: Bedrock, model: CustomModel
) -> None:
    """One still being created is waited for, since it cannot be deleted."""
    deployment = aws.deployments.apply(aws.deployments.plan(OnDemand("invoices", model)))

    deployment.delete()
    aws.deployments.delete(deployment.arn)

    assert "" == deployment.status().state
    assert [] == list(aws.deployments.list())
    with pytest.raises(NotFoundError):
        aws.deployments.get(deployment.arn)
    with pytest.raises(DeploymentFailedError, match="gone"):
        deployment.wait()


def test_as_a_context_manager_it_deletes_when_told(aws: Bedrock, model: CustomModel) -> None:
    """Also when the block fails; not when nobody said so."""
    plan = aws.deployments.plan(OnDemand("invoices", model))
    with aws.deployments.apply(plan) as kept:
        kept.wait()
    assert kept.status().is_active

    with pytest.raises(KeyError), aws.deployments.apply(plan, delete_on_exit=True):
        raise KeyError
    assert "" == kept.status().state


def test_a_wait_that_is_too_short_says_so(aws: Bedrock, model: CustomModel) -> None:
    """It goes on, and can be waited for again."""
    deployment = aws.deployments.apply(aws.deployments.plan(OnDemand("invoices", model)))

    with pytest.raises(WaitTimeoutError):
        deployment.wait(timeout=timedelta(milliseconds=1))
    deployment.wait()


def test_a_better_model_takes_over_and_can_be_taken_back(
    aws: Bedrock, deployment: Deployment, model: CustomModel, better: CustomModel
) -> None:
    """The ARN stays; the tags follow the model; going back needs no memory of ours."""
    promotion = aws.deployments.promote(deployment, better, Verdict(passed=True))
    served = deployment.status().model_arn
    back = aws.deployments.go_back(aws.deployments.get(deployment.arn))

    assert promotion.promoted
    assert (better.arn, model.arn) == (promotion.model_arn, promotion.previous_model_arn)
    assert better.arn == served
    assert (model.arn, better.arn) == (back.model_arn, back.previous_model_arn)
    assert model.arn == deployment.status().model_arn


def test_a_model_that_did_not_pass_does_not_take_over(
    aws: Bedrock, deployment: Deployment, model: CustomModel, better: CustomModel
) -> None:
    """Without a passing comparison nothing changes, and that is no error."""
    promotion = aws.deployments.promote(deployment, better, Verdict(passed=False))

    assert not promotion.promoted
    assert "keeps serving" in str(promotion)
    assert model.arn == deployment.status().model_arn
    with pytest.raises(ConfigurationError, match="no earlier"):
        aws.deployments.go_back(deployment)


def test_a_service_that_cannot_update_keeps_the_old_model(
    aws: Bedrock,
    deployment: Deployment,
    model: CustomModel,
    better: CustomModel,
    local: LocalAWS,
) -> None:
    """The error names the deployment, which goes on serving what it served."""
    local.faults.add(
        Fault("error", operation="UpdateCustomModelDeployment", code="ValidationException")
    )

    with pytest.raises(DeploymentFailedError, match="goes on serving") as caught:
        aws.deployments.promote(deployment, better, Verdict(passed=True))

    assert deployment.arn == caught.value.arn
    assert model.arn == deployment.status().model_arn
    assert "p" * 64 == aws.model(deployment).trained_prompt()


def test_an_interrupted_promotion_is_finished_or_taken_back(
    aws: Bedrock, deployment: Deployment, model: CustomModel, better: CustomModel, local: LocalAWS
) -> None:
    """Killed while waiting: the way back is there, and the same call writes what is missing."""

    def gate() -> Verdict:
        return Verdict(passed=True)

    # The second tagging is that of what the new model was trained with.
    denied = Fault("error", operation="TagResource", code="AccessDeniedException", after=1, times=1)
    _retrain(aws, better, prompt="q" * 64)
    local.faults.add(denied)
    with pytest.raises(AccessDeniedError):
        aws.deployments.promote(deployment, better, gate())
    assert (better.arn, "p" * 64) == (
        deployment.status().model_arn,
        aws.model(deployment).trained_prompt(),
    )

    aws.deployments.promote(deployment, better, gate())

    assert "q" * 64 == aws.model(deployment).trained_prompt()
    assert model.arn == aws.deployments.go_back(deployment).model_arn
    assert "p" * 64 == aws.model(deployment).trained_prompt()


@pytest.mark.parametrize(
    ("code", "kept"), [("ServiceQuotaExceededException", True), ("InternalServerException", False)]
)
def test_a_refused_promotion_leaves_the_way_back_as_it_was(
    aws: Bedrock,
    deployment: Deployment,
    model: CustomModel,
    better: CustomModel,
    local: LocalAWS,
    *,
    code: str,
    kept: bool,
) -> None:
    """What was remembered before stays remembered, unless the change may be on its way."""
    aws.deployments.promote(deployment, better, Verdict(passed=True))
    local.faults.add(
        Fault("error", operation="UpdateCustomModelDeployment", code=code, status=400, times=8)
    )
    with pytest.raises(ServiceError):
        aws.deployments.promote(deployment, model, Verdict(passed=True))

    tags = aws._connection.tags_of(deployment.arn)

    assert (model.arn if kept else better.arn) == tags["novadoc:previous-model"]


def _unknown_at_first(aws: Bedrock, operation: str, *, times: int = 1) -> None:
    """Let a resource made a moment ago be unknown to the first looks."""
    left = [*range(times)]

    def forget(**_: object) -> None:
        if left:
            left.pop()
            error = {"Error": {"Code": "ResourceNotFoundException", "Message": "unknown."}}
            raise ClientError(error, operation)

    aws._connection.bedrock.client.meta.events.register(f"before-call.bedrock.{operation}", forget)


def test_what_is_not_known_everywhere_yet_is_not_gone(aws: Bedrock, model: CustomModel) -> None:
    """A first look that misses what was made a moment ago is no proof; capacity would be billed."""
    wish = OnDemand("young", model)
    deployment = aws.deployments.apply(aws.deployments.plan(wish))
    _unknown_at_first(aws, "GetCustomModelDeployment")
    deployment.wait()

    wished = Provisioned("owned", model)
    owned = aws.provisioned.apply(aws.provisioned.plan(wished), accept_idle_cost=True)
    _unknown_at_first(aws, "GetProvisionedModelThroughput")
    owned.wait()
    _unknown_at_first(aws, "GetProvisionedModelThroughput")
    owned.delete()

    assert [] == list(aws.provisioned.list())


def test_what_is_gone_is_said_to_be(aws: Bedrock, deployment: Deployment) -> None:
    """Two looks that miss it are proof."""
    deployment.delete()

    with pytest.raises(DeploymentFailedError, match="it is gone"):
        deployment.wait()


def test_trouble_on_the_way_ends_no_wait(
    aws: Bedrock, deployment: Deployment, model: CustomModel, local: LocalAWS
) -> None:
    """A control plane that throttles for long is waited out; who waits pays for capacity."""
    wish = Provisioned("owned", model)
    owned = aws.provisioned.apply(aws.provisioned.plan(wish), accept_idle_cost=True)
    for operation in ("GetProvisionedModelThroughput", "GetCustomModelDeployment"):
        local.faults.add(Fault("throttle", operation=operation, times=30))

    owned.wait()
    deployment.wait()


def _retrain(aws: Bedrock, model: CustomModel, *, prompt: str) -> None:
    """Let a model say that it was trained with another prompt."""
    tags = [{"key": "novadoc:prompt", "value": prompt}]
    aws._connection.bedrock.call("TagResource", resourceARN=model.arn, tags=tags)


def test_an_update_whose_answer_was_lost_is_waited_for(
    aws: Bedrock, deployment: Deployment, better: CustomModel
) -> None:
    """The retry is refused since the update goes on: that is no reason to say it failed."""
    lose_answer(aws._connection.bedrock, "UpdateCustomModelDeployment")

    assert aws.deployments.promote(deployment, better, Verdict(passed=True)).promoted
    assert better.arn == deployment.status().model_arn


def test_planning_another_model_under_a_name_is_an_update(
    aws: Bedrock, deployment: Deployment, better: CustomModel
) -> None:
    """The plan says so before it happens."""
    plan = aws.deployments.plan(OnDemand("invoices", better))
    same = aws.deployments.apply(plan)

    assert "update" == plan.action
    assert deployment.arn == same.arn
    assert better.arn == same.status().model_arn


def test_a_plan_that_is_overtaken_remembers_what_was_served(
    aws: Bedrock,
    deployment: Deployment,
    model: CustomModel,
    better: CustomModel,
    request_: FineTuning,
) -> None:
    """Whoever promoted in between is who the way back leads to."""
    best = aws.customization.submit(replace(request_, epochs=4)).wait()
    plan = aws.deployments.plan(OnDemand("invoices", best))
    aws.deployments.promote(deployment, better, Verdict(passed=True))

    aws.deployments.apply(plan)

    assert better.arn == aws.deployments.go_back(deployment).model_arn


def _model(**changes: object) -> CustomModel:
    arn = "arn:aws:bedrock:us-east-1:1:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl"
    created = datetime(2026, 1, 1, tzinfo=timezone.utc)
    return replace(CustomModel(arn, "m", "Active", created), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "region", "words"),
    [
        (_model(), "eu-west-1", "us-east-1"),
        (_model(created=datetime(2025, 7, 15, tzinfo=timezone.utc)), "us-east-1", "2025-07-16"),
        (_model(state="Creating"), "us-east-1", "aws.models.wait"),
    ],
)
def test_what_cannot_be_deployed_is_refused_with_the_way_out(
    model: CustomModel, region: str, words: str
) -> None:
    """Region, date and state are checked before anything is made."""
    with pytest.raises(ConfigurationError, match=words):
        _refuse(model, region)


def test_a_deployed_model_is_not_deleted(
    aws: Bedrock, deployment: Deployment, model: CustomModel
) -> None:
    """The service's conflict is ours."""
    with pytest.raises(ConflictError):
        aws.models.delete(model)


def test_capacity_is_bought_with_consent_only(aws: Bedrock, model: CustomModel) -> None:
    """The plan shows cost and break-even; without consent nothing is bought."""
    wish = Provisioned("owned", model)
    plan = aws.provisioned.plan(wish, traffic=Traffic(2_300, 300))

    assert "$108.15 an hour" in str(plan)
    assert 515_000 == plan.break_even_pages
    with pytest.raises(ConfigurationError, match=r"108\.15"):
        aws.provisioned.apply(plan)
    assert [] == list(aws.provisioned.list())

    owned = aws.provisioned.apply(plan, accept_idle_cost=True).wait()
    again = aws.provisioned.apply(plan, accept_idle_cost=True)
    kept = aws.provisioned.plan(wish)

    assert owned.arn == again.arn == kept.arn == aws.provisioned.get("owned").arn
    assert "nova-lite" == aws.model(owned).base_model
    owned.delete()
    owned.delete()
    assert "" == owned.state()


def test_capacity_of_no_units_is_refused(aws: Bedrock, model: CustomModel) -> None:
    """One unit is the least."""
    with pytest.raises(ConfigurationError, match="1 or more"):
        aws.provisioned.plan(Provisioned("owned", model, units=0))


def test_what_was_made_is_named_when_the_next_step_fails(
    aws: Bedrock, deployment: Deployment, local: LocalAWS, clock: LocalClock
) -> None:
    """An error after a creation carries the ARN."""
    local.faults.add(Fault("error", operation="GetCustomModelDeployment"))

    with pytest.raises(ServiceError) as caught:
        deployment.status()
    assert deployment.arn == caught.value.arn


def test_somebody_else_s_deployment_is_never_changed(
    aws: Bedrock, deployment: Deployment, better: CustomModel, local: LocalAWS, clock: LocalClock
) -> None:
    """Neither updated, nor kept to be deleted later: a name that is theirs is refused."""
    theirs = connect(local, clock, project="theirs")

    for wish in (OnDemand("invoices", better), OnDemand("invoices", deployment.status().model_arn)):
        with pytest.raises(ConflictError, match="not made for this project"):
            theirs.deployments.plan(wish)


def test_two_processes_that_want_the_same_get_the_same(
    aws: Bedrock, model: CustomModel, better: CustomModel, clock: LocalClock
) -> None:
    """Planned at the same time by two, applied by both: the tag says it is the same wish."""
    plan = aws.deployments.plan(OnDemand("invoices", model))
    clock.sleep(timedelta(seconds=1))
    other = aws.deployments.plan(OnDemand("invoices", model))
    rival = aws.deployments.plan(OnDemand("invoices", better))
    assert plan.token != other.token

    first = aws.deployments.apply(plan)

    assert first.arn == aws.deployments.apply(other).arn
    with pytest.raises(ServiceError):
        aws.deployments.apply(rival)


def test_a_deployment_that_is_gone_is_not_promoted(
    aws: Bedrock, deployment: Deployment, better: CustomModel
) -> None:
    """The error says that it is gone, and not that the models differ."""
    deployment.delete()

    with pytest.raises(NotFoundError, match="gone"):
        aws.deployments.promote(deployment, better, Verdict(passed=True))
    with pytest.raises(NotFoundError, match="gone"):
        aws.deployments.go_back(deployment)


def test_capacity_that_is_there_is_kept_only_when_it_is_what_is_wanted(
    aws: Bedrock, model: CustomModel, better: CustomModel, local: LocalAWS, clock: LocalClock
) -> None:
    """Another model, other units or another project under the name are told, not kept."""
    aws.provisioned.apply(aws.provisioned.plan(Provisioned("own", model)), accept_idle_cost=True)

    for wish in (
        Provisioned("own", better),
        Provisioned("own", model, units=2),
        Provisioned("own", model, commitment="OneMonth"),
    ):
        with pytest.raises(ConfigurationError, match="there already, with 1 unit"):
            aws.provisioned.plan(wish)
    with pytest.raises(ConflictError, match="not bought for this project"):
        connect(local, clock, project="theirs").provisioned.plan(Provisioned("own", model))
