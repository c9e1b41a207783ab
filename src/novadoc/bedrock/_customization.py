"""Customization jobs: submitted once, found again, listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from novadoc.bedrock import _tags
from novadoc.bedrock._api import Answer
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._costs import Costs
from novadoc.bedrock._errors import is_name_taken
from novadoc.bedrock._job import Job
from novadoc.bedrock._names import digest, legal_name
from novadoc.bedrock._patience import once_assumable
from novadoc.bedrock._preflight import Preflight, preflight
from novadoc.bedrock._request_shape import CustomizationRequest
from novadoc.errors import ConflictError, IncompleteResponseError, InvalidRequestError
from novadoc.models import key_of
from novadoc.schema import DocumentSchema

_CREATE = "CreateModelCustomizationJob"


@dataclass(frozen=True)
class JobSummary:
    """A line of the list of jobs."""

    arn: str
    name: str
    state: str
    """As `JobStatus.state`."""
    base_model: str | None
    """Key; `None` when it is not a Nova model known here."""
    created: datetime
    ended: datetime | None
    model_arn: str | None
    """The custom model, once there is one."""


class Customization:
    """Fine-tuning, distillation and reinforcement fine-tuning on Bedrock."""

    def __init__(self, connection: Connection, costs: Costs) -> None:
        self._connection = connection
        self._costs = costs

    def submit(
        self, request: CustomizationRequest, *, patience: timedelta = timedelta(minutes=2)
    ) -> Job:
        """Start a job; submitting the same request again gives the same job.

        Everything that can be known to be wrong without asking the service is refused first, all
        at once. Names are made unique with a digest of the request, which also is the client
        token; job and model are tagged with project, prompt, schema, images and data set.

        Needs `bedrock:CreateModelCustomizationJob`, `bedrock:TagResource` and `iam:PassRole`; when
        the name is taken, `bedrock:GetModelCustomizationJob`.

        Args:
            request: A `FineTuning`, `Distillation` or `ReinforcementFineTuning`.
            patience: How long to go on when the role cannot be assumed yet, as for some seconds
                after it was made.

        Raises:
            InvalidRequestError: The request breaks a rule; the text lists every one.
            ServiceError: The service refused or failed.
        """
        problems = request.problems(self._connection.region)
        if problems:
            raise InvalidRequestError(
                f"the request was not sent: {' '.join(problems)}", operation=_CREATE
            )
        parameters = self.parameters(request)
        name = str(parameters["jobName"])
        try:
            arn = self._create(parameters, patience) or self._named_already(name)
        except (ConflictError, InvalidRequestError) as error:
            arn = self._named_already(name) if is_name_taken(error) else None
            if arn is None:
                raise
        if arn is None:
            raise IncompleteResponseError("the service named no job.", operation=_CREATE)
        return Job(self._connection, arn)

    def preflight(self, request: CustomizationRequest) -> Preflight:
        """Look at role, data and quotas, and estimate cost and time; reads only.

        Needs, as far as it is to look, `iam:GetRole`, `iam:ListRolePolicies`,
        `iam:GetRolePolicy`, `iam:ListAttachedRolePolicies`, `iam:GetPolicy`,
        `iam:GetPolicyVersion`, `s3:ListBucket`, `s3:GetObject`, `bedrock:ListCustomModels`,
        `bedrock:ListModelCustomizationJobs`, `servicequotas:GetServiceQuota` and
        `servicequotas:GetAWSDefaultServiceQuota`; what may not be read is reported as unknown.
        """
        return preflight(self._connection, self._costs, request)

    def parameters(self, request: CustomizationRequest) -> Mapping[str, Any]:
        """Return the API request that `submit` would send, for those who want to look."""
        where, partition = self._connection.region, self._connection.identity().partition
        model = f"arn:{partition}:bedrock:{where}::foundation-model/{request.base.training_id}"
        data, vpc = request.data, request.vpc
        body: dict[str, Any] = {
            "roleArn": request.role,
            "baseModelIdentifier": model,
            "customizationType": request.kind,
            "trainingDataConfig": data.training,
            "outputDataConfig": {"s3Uri": data.output_uri},
            **request.settings(where),
        }
        if data.validation_uri:
            body["validationDataConfig"] = {"validators": [{"s3Uri": data.validation_uri}]}
        if request.kms_key:
            body["customModelKmsKeyId"] = request.kms_key
        if vpc is not None:
            groups = list(vpc.security_groups)
            body["vpcConfig"] = {"subnetIds": list(vpc.subnets), "securityGroupIds": groups}
        return self._named(body, request)

    def get(self, job: str) -> Job:
        """Return the handle of a job by ARN or name. Needs `bedrock:GetModelCustomizationJob`.

        Raises:
            NotFoundError: There is no such job.
            ServiceError: It could not be read.
        """
        answer = self._connection.bedrock.call("GetModelCustomizationJob", jobIdentifier=job)
        return Job(self._connection, str(answer["jobArn"]))

    def list(
        self,
        *,
        state: str | None = None,
        name_contains: str | None = None,
        created_after: datetime | None = None,
    ) -> Iterator[JobSummary]:
        """Yield the account's jobs, newest first. Needs `bedrock:ListModelCustomizationJobs`.

        Args:
            state: Only these, as `InProgress`.
            name_contains: Only those with this in their name.
            created_after: Only later ones.
        """
        pages = self._connection.bedrock.pages(
            "ListModelCustomizationJobs",
            "modelCustomizationJobSummaries",
            statusEquals=state,
            nameContains=name_contains,
            creationTimeAfter=created_after,
            sortBy="CreationTime",
            sortOrder="Descending",
        )
        for summary in pages:
            yield _summary(summary)

    def _named(self, body: dict[str, Any], request: CustomizationRequest) -> Mapping[str, Any]:
        manifest = request.data.manifest
        content = manifest.dataset_hash if manifest else None
        project = self._connection.project
        mark = digest([request.name, request.attempt, project, content, body])
        name = legal_name(request.name, suffix=mark[:8])
        tags = self._connection.tags(
            {
                **request.tags,
                _tags.REQUEST: mark[:32],
                _tags.BASE_MODEL: request.base.key,
                _tags.PROMPT: manifest.prompt_fingerprint if manifest else None,
                _tags.IMAGES: manifest.image_fingerprint if manifest else None,
                _tags.DATASET: content,
                _tags.SCHEMA: _schema(manifest.schema) if manifest and manifest.schema else None,
            }
        )
        return {
            "jobName": name,
            "customModelName": name,
            "clientRequestToken": mark,
            "jobTags": _tags.lower(tags),
            "customModelTags": _tags.lower(tags),
            **body,
        }

    def _create(self, parameters: Mapping[str, Any], patience: timedelta) -> str | None:
        bedrock = self._connection.bedrock
        answer = once_assumable(
            lambda: bedrock.call(_CREATE, **parameters),
            clock=self._connection.clock,
            patience=patience,
        )
        # The API page: a token that came before is ignored without an error. Whether the earlier
        # job's ARN is then in the answer it does not say.
        arn: str | None = answer.get("jobArn")
        return arn

    def _named_already(self, name: str) -> str | None:
        # The name holds the request's digest: whoever has it asked for the same.
        same = self._connection.bedrock.find("GetModelCustomizationJob", jobIdentifier=name)
        return None if same is None else str(same["jobArn"])


def _schema(schema: Mapping[str, Any]) -> str:
    return DocumentSchema.from_json_schema(schema).fingerprint


def _summary(entry: Answer) -> JobSummary:
    return JobSummary(
        arn=str(entry["jobArn"]),
        name=str(entry["jobName"]),
        state=str(entry["status"]),
        base_model=key_of(str(entry["baseModelArn"])),
        created=entry["creationTime"],
        ended=entry.get("endTime"),
        model_arn=entry.get("customModelArn"),
    )
