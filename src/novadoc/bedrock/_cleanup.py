"""Leave nothing that costs money: list it, plan it, delete what is ours."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from novadoc.bedrock._batch_job import BatchJob
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._deployment import Deployment
from novadoc.bedrock._inventory import inventory
from novadoc.bedrock._item import ORDER, Item, Kind
from novadoc.bedrock._job import Job
from novadoc.bedrock._leftovers import delete_data_set
from novadoc.bedrock._models import Models
from novadoc.bedrock._money import money
from novadoc.bedrock._provisioned import ProvisionedModel
from novadoc.bedrock._roles import Roles
from novadoc.bedrock._storage import Storage
from novadoc.errors import NotFoundError, NovadocError, WaitTimeoutError
from novadoc.models import PriceBook

_LOG = logging.getLogger(__name__)
# A job that hangs in stopping must not keep the rest, which costs money, from being deleted.
_STOPPING = timedelta(minutes=30)


@dataclass(frozen=True)
class CleanupPlan:
    """What will be deleted, in this order. Print it to read it."""

    project: str | None
    """Whose things these are."""
    items: tuple[Item, ...]
    """Deployments before models, jobs before their roles."""
    kept: frozenset[Kind] = frozenset()
    """Kinds that are left alone."""

    @property
    def per_month(self) -> Decimal:
        """Dollars a month that end with it, as far as they are known."""
        return sum((item.per_month or Decimal(0) for item in self.items), Decimal(0))

    def __str__(self) -> str:
        if not self.items:
            return f"Nothing of the project {self.project!r} is left."
        least = "at least " if any(item.has_unknown_price for item in self.items) else ""
        month = f"{least}${money(self.per_month)} a month"
        lines = [f"Delete for the project {self.project!r} ({month}):"]
        lines += [f"  {item}" for item in self.items]
        return "\n".join(lines)


@dataclass(frozen=True)
class CleanupReport:
    """What was deleted, and what remains."""

    deleted: tuple[Item, ...]
    """Gone, or gone already."""
    remaining: tuple[tuple[Item, NovadocError], ...]
    """Still there, each with the reason; also what a job of the plan left."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing remains."""
        return not self.remaining

    def __str__(self) -> str:
        lines = [f"{len(self.deleted)} deleted, {len(self.remaining)} remain."]
        lines += [f"  {item.kind} {item.name}: {error}" for item, error in self.remaining]
        return "\n".join(lines)


class Cleanup:
    """Everything made here is tagged; this finds it and removes it."""

    def __init__(self, connection: Connection, prices: PriceBook) -> None:
        self._connection = connection
        self._prices = prices

    def inventory(self, *, keep: Iterable[Kind] = ()) -> tuple[Item, ...]:
        """List what was made for this project and what it costs a month; reads only.

        Needs the `List...` permissions of Bedrock, `bedrock:ListTagsForResource`,
        `bedrock:GetModelCustomizationJob`, `s3:ListAllMyBuckets`, `s3:GetBucketTagging`,
        `s3:ListBucket`, `iam:ListRoles` and `iam:ListRoleTags`. A bucket whose tags may not be
        read is named in a warning to the log, and left out.

        Args:
            keep: Kinds not to look for, as those that may not be listed.

        Raises:
            AccessDeniedError: A kind may not be listed; the text says how to go on without it.
            ServiceError: The account could not be read.
        """
        return tuple(inventory(self._connection, self._prices, keep=frozenset(keep)))

    def plan(self, *, keep: Iterable[Kind] = ()) -> CleanupPlan:
        """Order what has to be deleted; reads only.

        Args:
            keep: Kinds to leave alone and not to look for, as `{"bucket", "model"}`.

        Raises:
            AccessDeniedError: A kind may not be listed; the text says how to go on without it.
            ServiceError: The account could not be read.
        """
        kept = frozenset(keep)
        items = self.inventory(keep=kept)
        ordered = tuple(sorted(items, key=lambda item: (ORDER.index(item.kind), item.name)))
        return CleanupPlan(self._connection.project, ordered, kept)

    def apply(self, plan: CleanupPlan, *, every: timedelta = timedelta(seconds=5)) -> CleanupReport:
        """Delete what the plan names and wait until it is gone. Safe to repeat.

        Each thing is looked at again before it is deleted, and left alone unless it is tagged as
        this project's. What cannot be deleted is reported and does not stop the rest; so is what
        jobs of the plan have made since, as the model of one that completed before it was stopped.

        Needs the `Delete...`, `Stop...` and `Get...` permissions of what the plan names, and those
        of `inventory` when it names jobs; the permissions page lists them.

        Args:
            plan: What to delete.
            every: Time between looks at what is going: deployments, capacity, jobs that stop.

        Raises:
            ServiceError: What the plan's jobs have made since could not be looked at; plan again.
        """
        deleted, remaining = list[Item](), list[tuple[Item, NovadocError]]()
        for item in plan.items:
            error = self._delete(item, every)
            if error is None:
                deleted.append(item)
            else:
                _LOG.info("%s %s remains: %s", item.kind, item.name, type(error).__name__)
                remaining.append((item, error))
        remaining.extend(self._since(plan))
        return CleanupReport(tuple(deleted), tuple(remaining))

    def _since(self, plan: CleanupPlan) -> Iterator[tuple[Item, NovadocError]]:
        if not any(item.kind in {"job", "batch job"} for item in plan.items):
            return
        known = {(item.kind, item.name) for item in plan.items}
        why = NovadocError("a job of the plan left it.", remedy="Plan and apply again.")
        for item in self.inventory(keep=plan.kept):
            if (item.kind, item.name) not in known:
                yield item, why

    def _delete(self, item: Item, every: timedelta) -> NovadocError | None:
        storage = Storage(self._connection)
        removers: Mapping[Kind, Callable[[Item], object]] = {
            "provisioned": lambda one: ProvisionedModel(self._connection, one.arn).delete(
                every=every
            ),
            "deployment": lambda one: Deployment(self._connection, one.arn).delete(every=every),
            "job": lambda one: _end(Job(self._connection, one.arn), every),
            "batch job": lambda one: _end(BatchJob(self._connection, one.arn), every),
            "model": lambda one: Models(self._connection).delete(one.arn),
            "output": lambda one: storage.delete(one.name),
            "data": lambda one: delete_data_set(storage, one.name),
            "bucket": lambda one: storage.delete_bucket(one.name),
            "role": lambda one: Roles(self._connection).delete(one.name),
        }
        try:
            self._refuse_foreign(item)
            removers[item.kind](item)
        except NotFoundError:
            return None
        except NovadocError as error:
            return error
        return None

    def _refuse_foreign(self, item: Item) -> None:
        # Buckets and roles look for themselves, where they are deleted.
        if item.kind in {"bucket", "role"}:
            return
        if not self._connection.owns(self._connection.tags_of(item.arn)):
            raise NovadocError(
                f"{item.arn} is not tagged as this project's.",
                remedy="Plan again: it was changed since, or belongs to someone else.",
            )


def _end(job: Job | BatchJob, every: timedelta) -> None:
    job.stop()
    if not any(status.is_terminal for status in job.watch(every=every, timeout=_STOPPING)):
        raise WaitTimeoutError(
            f"It has not stopped within {_STOPPING}.", arn=job.arn, remedy="Plan and apply again."
        )
