"""The one door to AWS: storage, roles, customization, deployments, models, batch and costs.

Nothing here is contacted before it is asked: `Bedrock.connect` and `.model` do no I/O. Whatever is
made is tagged with the project, and `cleanup` finds it by that.

Names are resolved on first use (PEP 562): a service that only asks a model loads no job or role.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from novadoc._faces import lazily

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
    from novadoc.bedrock._options import RequestOptions
    from novadoc.bedrock._preflight import Preflight
    from novadoc.bedrock._promotion import Gate, Promotion
    from novadoc.bedrock._provisioned import ProvisionedModel, ProvisionedThroughput
    from novadoc.bedrock._provisioned_plan import Provisioned, ProvisionedPlan, ProvisionedSummary
    from novadoc.bedrock._request_shape import CustomizationRequest, Vpc
    from novadoc.bedrock._requests import Distillation, FineTuning, ReinforcementFineTuning
    from novadoc.bedrock._roles import RolePlan, Roles
    from novadoc.bedrock._runtime import BedrockModel
    from novadoc.bedrock._status import JobStatus
    from novadoc.bedrock._storage import Storage, StoredObject
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "._batch": "Batch BatchSummary",
            "._batch_job": "BatchAnswer BatchFailure BatchJob BatchStatus",
            "._batch_records": "Identified",
            "._checks": "Check",
            "._cleanup": "Cleanup CleanupPlan CleanupReport",
            "._connect": "Bedrock",
            "._costs": "Costs",
            "._curves": "Loss TrainingCurves",
            "._customization": "Customization JobSummary",
            "._deployment": "Deployment DeploymentStatus",
            "._deployment_plan": "DeploymentPlan DeploymentSummary OnDemand",
            "._deployments": "Deployments",
            "._diagnosis": "Diagnosis",
            "._errors": "service_errors",
            "._failures": "Failure",
            "._item": "Item",
            "._job": "Job",
            "._logs": "InvocationLogs",
            "._manifest": "Manifest ManifestFile TrainingData UploadedDataset",
            "._models": "CustomModel Models",
            "._money": (
                "CostReport InferenceCost MonthlyComparison "
                "MonthlyLine Scenario Traffic TrainingCost"
            ),
            "._preflight": "Preflight",
            "._promotion": "Gate Promotion",
            "._provisioned": "ProvisionedModel ProvisionedThroughput",
            "._provisioned_plan": "Provisioned ProvisionedPlan ProvisionedSummary",
            "._request_shape": "CustomizationRequest Vpc",
            "._requests": "Distillation FineTuning ReinforcementFineTuning",
            "._roles": "RolePlan Roles",
            "._options": "RequestOptions",
            "._runtime": "BedrockModel",
            "._status": "JobStatus",
            "._storage": "Storage StoredObject",
        },
    )

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
