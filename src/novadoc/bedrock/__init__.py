"""The one door to AWS: storage, roles, customization, deployments, models, batch and costs.

Nothing here is contacted before it is asked: `Bedrock.connect` and `.model` do no I/O. Whatever is
made is tagged with the project, and `cleanup` finds it by that.

Names are resolved on first use (PEP 562): a service that only asks a model loads no job or role.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from novadoc.bedrock._batch import Batch, BatchSummary
    from novadoc.bedrock._batch_job import BatchAnswer, BatchFailure, BatchJob, BatchStatus
    from novadoc.bedrock._batch_records import Identified
    from novadoc.bedrock._checks import Check
    from novadoc.bedrock._cleanup import Cleanup, CleanupPlan, CleanupReport
    from novadoc.bedrock._connect import Bedrock
    from novadoc.bedrock._costs import Costs
    from novadoc.bedrock._curves import Loss, TrainingCurves
    from novadoc.bedrock._customization import Customization, JobSummary
    from novadoc.bedrock._deployment import Deployment, DeploymentStatus
    from novadoc.bedrock._deployment_plan import DeploymentPlan, DeploymentSummary, OnDemand
    from novadoc.bedrock._deployments import Deployments
    from novadoc.bedrock._diagnosis import Diagnosis
    from novadoc.bedrock._errors import service_errors
    from novadoc.bedrock._failures import Failure
    from novadoc.bedrock._item import Item
    from novadoc.bedrock._job import Job
    from novadoc.bedrock._logs import InvocationLogs
    from novadoc.bedrock._manifest import Manifest, ManifestFile, TrainingData, UploadedDataset
    from novadoc.bedrock._models import CustomModel, Models
    from novadoc.bedrock._money import (
        CostReport,
        InferenceCost,
        MonthlyComparison,
        MonthlyLine,
        Scenario,
        Traffic,
        TrainingCost,
    )
    from novadoc.bedrock._preflight import Preflight
    from novadoc.bedrock._promotion import Gate, Promotion
    from novadoc.bedrock._provisioned import ProvisionedModel, ProvisionedThroughput
    from novadoc.bedrock._provisioned_plan import Provisioned, ProvisionedPlan, ProvisionedSummary
    from novadoc.bedrock._request_shape import CustomizationRequest, Vpc
    from novadoc.bedrock._requests import Distillation, FineTuning, ReinforcementFineTuning
    from novadoc.bedrock._roles import RolePlan, Roles
    from novadoc.bedrock._runtime import BedrockModel, RequestOptions
    from novadoc.bedrock._status import JobStatus
    from novadoc.bedrock._storage import Storage, StoredObject

__all__ = [
    "Batch",
    "BatchAnswer",
    "BatchFailure",
    "BatchJob",
    "BatchStatus",
    "BatchSummary",
    "Bedrock",
    "BedrockModel",
    "Check",
    "Cleanup",
    "CleanupPlan",
    "CleanupReport",
    "CostReport",
    "Costs",
    "CustomModel",
    "Customization",
    "CustomizationRequest",
    "Deployment",
    "DeploymentPlan",
    "DeploymentStatus",
    "DeploymentSummary",
    "Deployments",
    "Diagnosis",
    "Distillation",
    "Failure",
    "FineTuning",
    "Gate",
    "Identified",
    "InferenceCost",
    "InvocationLogs",
    "Item",
    "Job",
    "JobStatus",
    "JobSummary",
    "Loss",
    "Manifest",
    "ManifestFile",
    "Models",
    "MonthlyComparison",
    "MonthlyLine",
    "OnDemand",
    "Preflight",
    "Promotion",
    "Provisioned",
    "ProvisionedModel",
    "ProvisionedPlan",
    "ProvisionedSummary",
    "ProvisionedThroughput",
    "ReinforcementFineTuning",
    "RequestOptions",
    "RolePlan",
    "Roles",
    "Scenario",
    "Storage",
    "StoredObject",
    "Traffic",
    "TrainingCost",
    "TrainingCurves",
    "TrainingData",
    "UploadedDataset",
    "Vpc",
    "service_errors",
]

_HOME = {
    "Batch": "_batch",
    "BatchAnswer": "_batch_job",
    "BatchFailure": "_batch_job",
    "BatchJob": "_batch_job",
    "BatchStatus": "_batch_job",
    "BatchSummary": "_batch",
    "Bedrock": "_connect",
    "BedrockModel": "_runtime",
    "Check": "_checks",
    "Cleanup": "_cleanup",
    "CleanupPlan": "_cleanup",
    "CleanupReport": "_cleanup",
    "CostReport": "_money",
    "Costs": "_costs",
    "CustomModel": "_models",
    "Customization": "_customization",
    "CustomizationRequest": "_request_shape",
    "Deployment": "_deployment",
    "DeploymentPlan": "_deployment_plan",
    "DeploymentStatus": "_deployment",
    "DeploymentSummary": "_deployment_plan",
    "Deployments": "_deployments",
    "Diagnosis": "_diagnosis",
    "Distillation": "_requests",
    "Failure": "_failures",
    "FineTuning": "_requests",
    "Gate": "_promotion",
    "Identified": "_batch_records",
    "InferenceCost": "_money",
    "InvocationLogs": "_logs",
    "Item": "_item",
    "Job": "_job",
    "JobStatus": "_status",
    "JobSummary": "_customization",
    "Loss": "_curves",
    "Manifest": "_manifest",
    "ManifestFile": "_manifest",
    "Models": "_models",
    "MonthlyComparison": "_money",
    "MonthlyLine": "_money",
    "OnDemand": "_deployment_plan",
    "Preflight": "_preflight",
    "Promotion": "_promotion",
    "Provisioned": "_provisioned_plan",
    "ProvisionedModel": "_provisioned",
    "ProvisionedPlan": "_provisioned_plan",
    "ProvisionedSummary": "_provisioned_plan",
    "ProvisionedThroughput": "_provisioned",
    "ReinforcementFineTuning": "_requests",
    "RequestOptions": "_runtime",
    "RolePlan": "_roles",
    "Roles": "_roles",
    "Scenario": "_money",
    "Storage": "_storage",
    "StoredObject": "_storage",
    "Traffic": "_money",
    "TrainingCost": "_money",
    "TrainingCurves": "_curves",
    "TrainingData": "_manifest",
    "UploadedDataset": "_manifest",
    "Vpc": "_request_shape",
    "service_errors": "_errors",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        found: object = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
