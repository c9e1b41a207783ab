"""Provisioned throughput: capacity by the hour, which bills while nobody calls it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_CEILING

from typing_extensions import Self

from novadoc.bedrock import _tags
from novadoc.bedrock._api import Answer
from novadoc.bedrock._connection import Connection, holding
from novadoc.bedrock._costs import Costs
from novadoc.bedrock._deployment_plan import carried_tags
from novadoc.bedrock._models import Models
from novadoc.bedrock._money import Traffic, money
from novadoc.bedrock._names import digest, last_segment, legal_name
from novadoc.bedrock._patience import looks
from novadoc.bedrock._provisioned_plan import Provisioned, ProvisionedPlan, ProvisionedSummary
from novadoc.errors import (
    ConfigurationError,
    ConflictError,
    DeploymentFailedError,
    WaitTimeoutError,
)
from novadoc.models import key_of


class ProvisionedModel:
    """A handle on provisioned throughput. It holds an ARN and no state."""

    def __init__(self, connection: Connection, arn: str, *, model_arn: str | None = None) -> None:
        self._connection = connection
        self.arn: str = arn
        """What Converse is called with."""
        self.base_model: str | None = None if model_arn is None else key_of(model_arn)
        """Key of the base model; `None` when the handle was made from an ARN without asking."""

    def __repr__(self) -> str:
        return f"ProvisionedModel({last_segment(self.arn)!r})"

    def state(self) -> str:
        """Return `Creating`, `InService`, `Updating`, `Failed`; empty when it is gone.

        Needs `bedrock:GetProvisionedModelThroughput`.
        """
        return str(self._describe().get("status", ""))

    def wait(
        self,
        *,
        every: timedelta = timedelta(seconds=30),
        timeout: timedelta | None = timedelta(hours=2),
    ) -> Self:
        """Wait until it answers requests; return itself.

        Raises:
            DeploymentFailedError: It failed or was deleted.
            WaitTimeoutError: It took longer than `timeout`; it goes on, and is billed.
        """
        clock, missed = self._connection.clock, 0
        for found in looks(self._describe, every=every, timeout=timeout, clock=clock):
            state = str(found.get("status", "")).lower()
            if state == "inservice":
                self.base_model = self.base_model or key_of(str(found["modelArn"]))
                return self
            # Bought a moment ago, it need not be known everywhere: gone is what two looks miss.
            missed = 0 if state else missed + 1
            if state == "failed" or missed == 2:
                reason = str(found.get("failureMessage") or "it is gone")
                raise DeploymentFailedError(f"No capacity: {reason}.", arn=self.arn)
        raise WaitTimeoutError(
            f"The capacity is not there after {timeout}, and billed once it is.",
            arn=self.arn,
            remedy="Call `wait` again, or `delete`.",
        )

    def delete(
        self,
        *,
        every: timedelta = timedelta(seconds=10),
        timeout: timedelta | None = timedelta(minutes=15),
    ) -> None:
        """Delete it and wait until it is gone; the model stays. Repeating it changes nothing.

        Needs `bedrock:DeleteProvisionedModelThroughput` and
        `bedrock:GetProvisionedModelThroughput`.

        Raises:
            ConflictError: Its term has not ended.
            WaitTimeoutError: It is still there after `timeout`, and billed.
            ServiceError: The service refused or failed.
        """
        asked, missed = False, 0
        for state in looks(self.state, every=every, timeout=timeout, clock=self._connection.clock):
            # Before it was seen, one look that misses it is no proof that nothing is billed.
            missed = 0 if state else missed + 1
            if missed == (1 if asked else 2):
                return
            if not asked and state.lower() in {"inservice", "failed"}:
                with holding(self.arn):
                    self._connection.bedrock.find(
                        "DeleteProvisionedModelThroughput", provisionedModelId=self.arn
                    )
                asked = True
        raise WaitTimeoutError(
            f"The capacity is still there after {timeout}, and billed.",
            arn=self.arn,
            remedy="Call `delete` again, or look into the Bedrock console.",
        )

    def _describe(self) -> Answer:
        with holding(self.arn):
            found = self._connection.bedrock.find(
                "GetProvisionedModelThroughput", provisionedModelId=self.arn
            )
        return found or {}


class ProvisionedThroughput:
    """Custom models with capacity of their own."""

    def __init__(self, connection: Connection, costs: Costs) -> None:
        self._connection = connection
        self._costs = costs

    def plan(self, wish: Provisioned, *, traffic: Traffic | None = None) -> ProvisionedPlan:
        """Show what a wish costs, and from how many pages it pays; reads only.

        Args:
            wish: What is wanted.
            traffic: Tokens of one page, to compare with on-demand prices.

        Raises:
            ConfigurationError: The model's family or its price is not known, or other capacity has
                the name.
            ConflictError: Capacity of this name is there that was not bought for this project.
            ServiceError: The account could not be read.
        """
        given = wish.model if isinstance(wish.model, str) else wish.model.arn
        model = Models(self._connection).get(given)
        if model.base_model is None:
            raise ConfigurationError(
                f"`{model.name}` has no base model known here.",
                remedy="Capacity is planned for models tuned from a Nova model.",
            )
        if wish.units < 1:
            raise ConfigurationError(f"{wish.units} model units cannot be bought; 1 or more can.")
        per_hour = self._costs.provisioned_per_hour(model.base_model) * wish.units
        pages = None
        if traffic is not None:
            page = self._costs.estimate_extraction(model.base_model, traffic).dollars
            pages = int((per_hour / page).to_integral_value(ROUND_CEILING)) if page else None
        name = legal_name(wish.name)
        mark = digest([self._connection.project, name, model.arn, wish.units, wish.commitment])[:32]
        tags = {**carried_tags(self._connection, model), _tags.REQUEST: mark}
        there = self._there(name, model.arn, wish)
        return ProvisionedPlan(
            name=name,
            model_arn=model.arn,
            units=wish.units,
            commitment=wish.commitment,
            per_hour=per_hour,
            break_even_pages=pages,
            tags=self._connection.tags(tags),
            token=digest([mark, self._connection.clock.now().isoformat()]),
            arn=None if there is None else there.arn,
        )

    def apply(self, plan: ProvisionedPlan, *, accept_idle_cost: bool = False) -> ProvisionedModel:
        """Buy what the plan says; applying it twice buys once.

        Needs `bedrock:CreateProvisionedModelThroughput` and `bedrock:TagResource`.

        Args:
            plan: From `plan`; print it first.
            accept_idle_cost: Has to be `True`: it is billed by the hour, called or not.

        Raises:
            ConfigurationError: The cost was not accepted.
            QuotaExceededError: The account may not buy so many units; AWS support grants them.
            ServiceError: The service refused or failed.
        """
        if plan.arn is not None:
            return ProvisionedModel(self._connection, plan.arn, model_arn=plan.model_arn)
        if not accept_idle_cost:
            raise ConfigurationError(
                f"Provisioned throughput costs ${money(plan.per_hour)} an hour, also while idle.",
                remedy="Pass `accept_idle_cost=True`, or deploy on demand.",
            )
        answer = self._connection.bedrock.call(
            "CreateProvisionedModelThroughput",
            provisionedModelName=plan.name,
            modelId=plan.model_arn,
            modelUnits=plan.units,
            commitmentDuration=plan.commitment,
            tags=_tags.lower(plan.tags),
            clientRequestToken=plan.token,
        )
        arn = str(answer["provisionedModelArn"])
        return ProvisionedModel(self._connection, arn, model_arn=plan.model_arn)

    def get(self, provisioned: str) -> ProvisionedModel:
        """Return the handle by ARN or name. Needs `bedrock:GetProvisionedModelThroughput`.

        Raises:
            NotFoundError: There is none.
        """
        answer = self._connection.bedrock.call(
            "GetProvisionedModelThroughput", provisionedModelId=provisioned
        )
        arn, model_arn = str(answer["provisionedModelArn"]), str(answer["modelArn"])
        return ProvisionedModel(self._connection, arn, model_arn=model_arn)

    def list(self, *, name_contains: str | None = None) -> Iterator[ProvisionedSummary]:
        """Yield what the account has. Needs `bedrock:ListProvisionedModelThroughputs`."""
        pages = self._connection.bedrock.pages(
            "ListProvisionedModelThroughputs",
            "provisionedModelSummaries",
            nameContains=name_contains,
            sortBy="CreationTime",
            sortOrder="Descending",
        )
        for entry in pages:
            yield ProvisionedSummary(
                arn=str(entry["provisionedModelArn"]),
                name=str(entry["provisionedModelName"]),
                state=str(entry["status"]),
                model_arn=str(entry["modelArn"]),
                units=int(entry["modelUnits"]),
                created=entry["creationTime"],
                commitment=entry.get("commitmentDuration"),
            )

    def _there(self, name: str, model_arn: str, wish: Provisioned) -> ProvisionedSummary | None:
        same = (entry for entry in self.list(name_contains=name) if entry.name == name)
        there = next((entry for entry in same if entry.state.lower() != "failed"), None)
        if there is None:
            return None
        if not self._connection.owns(self._connection.tags_of(there.arn)):
            raise ConflictError(
                f"the capacity `{name}` is there and was not bought for this project.",
                operation="CreateProvisionedModelThroughput",
                arn=there.arn,
                remedy="Use it with `provisioned.get`, or choose another name.",
            )
        wanted = (model_arn, wish.units, wish.commitment)
        if (there.model_arn, there.units, there.commitment) != wanted:
            raise ConfigurationError(
                f"`{name}` is there already, with {there.units} unit(s) of the model "
                f"{last_segment(there.model_arn)} and {there.commitment or 'no'} commitment.",
                remedy="Delete it first, or choose another name.",
            )
        return there
