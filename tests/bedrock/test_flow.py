"""From a data set on disk to a deployed model and back to nothing, over HTTP."""

from __future__ import annotations

from novadoc.bedrock import Bedrock, FineTuning, OnDemand


def test_a_data_set_becomes_a_deployed_model_and_all_of_it_goes_again(
    aws: Bedrock, request_: FineTuning
) -> None:
    """Every step of the road works against the service's own rules, and leaves nothing behind."""
    job = aws.customization.submit(request_)
    statuses = [status.state for status in job.watch()]
    model = job.wait()
    deployment = aws.deployments.apply(aws.deployments.plan(OnDemand("invoices", model))).wait()

    assert "Completed" == statuses[-1]
    assert "nova-lite" == model.base_model == deployment.base_model
    assert "nova-lite" == aws.model(deployment).base_model
    assert aws.model(deployment).trained_prompt() == "p" * 64
    assert job.training_curves().training

    kinds = [item.kind for item in aws.cleanup.inventory()]
    report = aws.cleanup.apply(aws.cleanup.plan())

    assert ["deployment", "model", "output", "data", "bucket", "role"] == kinds
    assert report.is_clean, str(report)
    assert () == aws.cleanup.inventory()
