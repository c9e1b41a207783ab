"""Bedrock's operations by name; what is not in the table is answered with 501 and its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from novadoc.local._bedrock import Bedrock, Call
from novadoc.local._operations import (
    _batch,
    _catalogue,
    _counting,
    _deployments,
    _invoke,
    _jobs,
    _models,
    _provisioned,
    _runtime,
    _tags,
)
from novadoc.local._operations._batch import resume as resume_batch
from novadoc.local._operations._runtime import stream_events
from novadoc.local._rest import Params

__all__ = ["OPERATIONS", "Implementation", "resume_batch", "stream_events"]

Implementation = Callable[[Bedrock, Call, Params], Params]

OPERATIONS: Mapping[str, Implementation] = {
    "CreateModelCustomizationJob": _jobs.create,
    "GetModelCustomizationJob": _jobs.get,
    "ListModelCustomizationJobs": _jobs.list_all,
    "StopModelCustomizationJob": _jobs.stop,
    "GetCustomModel": _models.get,
    "ListCustomModels": _models.list_all,
    "DeleteCustomModel": _models.delete,
    "CreateCustomModelDeployment": _deployments.create,
    "GetCustomModelDeployment": _deployments.get,
    "ListCustomModelDeployments": _deployments.list_all,
    "UpdateCustomModelDeployment": _deployments.update,
    "DeleteCustomModelDeployment": _deployments.delete,
    "TagResource": _tags.add,
    "UntagResource": _tags.remove,
    "ListTagsForResource": _tags.list_all,
    "Converse": _runtime.converse,
    "ConverseStream": _runtime.converse,
    "CountTokens": _counting.count,
    "InvokeModel": _invoke.invoke,
    "CreateProvisionedModelThroughput": _provisioned.create,
    "GetProvisionedModelThroughput": _provisioned.get,
    "ListProvisionedModelThroughputs": _provisioned.list_all,
    "UpdateProvisionedModelThroughput": _provisioned.update,
    "DeleteProvisionedModelThroughput": _provisioned.delete,
    "CreateModelInvocationJob": _batch.create,
    "GetModelInvocationJob": _batch.get,
    "ListModelInvocationJobs": _batch.list_all,
    "StopModelInvocationJob": _batch.stop,
    "ListFoundationModels": _catalogue.list_models,
    "GetFoundationModel": _catalogue.get_model,
    "ListInferenceProfiles": _catalogue.list_profiles,
    "GetInferenceProfile": _catalogue.get_profile,
}
