"""The door: one object for everything done on AWS. The only file that imports boto3."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, cast

import boto3
import botocore
from botocore.config import Config

import novadoc.bedrock as parts  # resolves names on first use
from novadoc._clock import SystemClock
from novadoc._version import __version__
from novadoc.bedrock import _tags
from novadoc.bedrock._api import BotoClient
from novadoc.bedrock._connection import Connection
from novadoc.bedrock._errors import service_errors
from novadoc.bedrock._geography import invocation_in
from novadoc.bedrock._runtime import BedrockModel
from novadoc.errors import ConfigurationError
from novadoc.models import CATALOGUE
from novadoc.types import Clock

if TYPE_CHECKING:
    from boto3.session import Session

    from novadoc.bedrock._batch import Batch
    from novadoc.bedrock._cleanup import Cleanup
    from novadoc.bedrock._costs import Costs
    from novadoc.bedrock._customization import Customization
    from novadoc.bedrock._deployment import Deployment
    from novadoc.bedrock._deployments import Deployments
    from novadoc.bedrock._models import Models
    from novadoc.bedrock._options import RequestOptions
    from novadoc.bedrock._provisioned import ProvisionedModel, ProvisionedThroughput
    from novadoc.bedrock._roles import Roles
    from novadoc.bedrock._storage import Storage
    from novadoc.models import PriceBook

# nova:complete-request-schema: an answer may take up to 60 minutes.
_ANSWER_SECONDS = 3600
_CONNECTIONS = 64


class Bedrock:
    """Everything between a data set and an extractor, in one AWS account and region.

    Make it with `Bedrock.connect`. Its parts share boto3 clients and are safe to use from
    several threads.
    """

    def __init__(self, connection: Connection, *, prices: PriceBook | None = None) -> None:
        self._connection = connection
        self._prices = prices

    @classmethod
    def connect(
        cls,
        region: str | None = None,
        *,
        profile: str | None = None,
        session: Session | None = None,
        endpoint_url: str | None = None,
        project: str | None = None,
        clock: Clock | None = None,
        prices: PriceBook | None = None,
    ) -> Bedrock:
        """Connect through boto3's own chain of credentials, region and endpoints. No I/O.

        Args:
            region: AWS region; the session's own when `None`. There is no default region.
            profile: Name of a profile in the AWS configuration.
            session: A boto3 session that is ready; excludes `profile`.
            endpoint_url: One endpoint for all services, as of a local AWS.
            project: What everything made is tagged with, and what `cleanup` looks for: ASCII
                letters, digits, spaces and `._:/=+@-`, at most 256.
            clock: Tells the time and waits.
            prices: Prices to estimate with; `novadoc.models.PRICES` when `None`.

        Raises:
            ConfigurationError: No region, an unknown profile, a project that no tag can hold, or
                settings that contradict.

        Example:
            >>> Bedrock.connect(region="us-east-1", project="invoices")
            Bedrock(region='us-east-1', project='invoices')
        """
        if session is not None and profile is not None:
            raise ConfigurationError("Pass `session` or `profile`, not both.")
        if project is not None and not _tags.is_legal(project):
            # Written otherwise than asked for, a tag would be found by nobody, or by two projects.
            raise ConfigurationError(
                f"The project {project!r} cannot be the value of an AWS tag.",
                remedy="Use up to 256 ASCII letters, digits, spaces and `._:/=+@-`.",
            )
        with service_errors("Connect"):
            session = session or boto3.Session(profile_name=profile, region_name=region)
        # The stubs promise a region; without configuration it is None.
        where = region or cast("str | None", session.region_name)
        if not where:
            raise ConfigurationError(
                "No AWS region is set.",
                remedy='Pass `region=`, as "us-east-1", or set AWS_REGION.',
            )
        make = functools.partial(_client, session, where, endpoint_url)
        connection = Connection(make, region=where, project=project, clock=clock or SystemClock())
        return cls(connection, prices=prices)

    def __repr__(self) -> str:
        return f"Bedrock(region={self.region!r}, project={self.project!r})"

    @functools.cached_property
    def storage(self) -> Storage:
        """Buckets and objects."""
        return parts.Storage(self._connection)

    @functools.cached_property
    def roles(self) -> Roles:
        """Service roles."""
        return parts.Roles(self._connection)

    @functools.cached_property
    def costs(self) -> Costs:
        """What things cost, before and after."""
        return parts.Costs(self._prices)

    @functools.cached_property
    def customization(self) -> Customization:
        """Jobs that train models."""
        return parts.Customization(self._connection, self.costs)

    @functools.cached_property
    def models(self) -> Models:
        """Custom models."""
        return parts.Models(self._connection)

    @functools.cached_property
    def deployments(self) -> Deployments:
        """Custom models made callable."""
        return parts.Deployments(self._connection)

    @functools.cached_property
    def batch(self) -> Batch:
        """Many documents at half the price, for base models."""
        return parts.Batch(self._connection)

    @functools.cached_property
    def provisioned(self) -> ProvisionedThroughput:
        """Custom models with capacity of their own, billed by the hour."""
        return parts.ProvisionedThroughput(self._connection, self.costs)

    @functools.cached_property
    def cleanup(self) -> Cleanup:
        """What was made, and its removal."""
        return parts.Cleanup(self._connection, self.costs.prices)

    @property
    def region(self) -> str:
        """The AWS region."""
        return self._connection.region

    @property
    def project(self) -> str | None:
        """What made resources are tagged with."""
        return self._connection.project

    def model(
        self,
        target: Deployment | ProvisionedModel | str,
        *,
        base_model: str | None = None,
        options: RequestOptions | None = None,
    ) -> BedrockModel:
        """Return a model to ask questions; no I/O.

        Needs `bedrock:InvokeModel` when used.

        Args:
            target: A deployment, provisioned throughput, the key of a base model, a model or
                profile id, or an ARN.
            base_model: Key of the base model, where the target does not tell.
            options: Guardrail, service tier and metadata of every request.

        Raises:
            ConfigurationError: The target cannot be invoked.
        """
        if isinstance(target, str):
            known = CATALOGUE.get(target)
            identifier = target if known is None else invocation_in(known, self.region)
        else:
            identifier, base_model = target.arn, base_model or target.base_model
        if ":custom-model/" in identifier:
            raise ConfigurationError(
                "A custom model is not invoked itself.",
                remedy="Deploy it: `deployments.apply(deployments.plan(OnDemand(name, model)))`.",
            )
        arn = identifier if identifier.startswith("arn:") else None
        return BedrockModel(
            self._connection.service("bedrock-runtime").client,
            identifier,
            base_model=base_model,
            options=options,
            tags=None if arn is None else functools.partial(self._connection.tags_of, arn),
            clock=self._connection.clock,
        )


def _user_agent() -> str:
    return f"novadoc/{__version__} Boto3/{boto3.__version__} Botocore/{botocore.__version__}"


def _client(session: Session, region: str, endpoint_url: str | None, service: str) -> BotoClient:
    asking = service == "bedrock-runtime"
    config = Config(
        # One layer of retries, ours: botocore's would multiply with it.
        retries={"total_max_attempts": 1, "mode": "standard"},
        max_pool_connections=_CONNECTIONS,
        # A closed network shows itself soon: some calls are only to say what is not known.
        connect_timeout=10,
        read_timeout=_ANSWER_SECONDS if asking else 60,
        # botocore spends a quarter of a small request on composing its user agent anew.
        user_agent=_user_agent() if asking else None,
        # Requests of conversations are well-formed by their types.
        parameter_validation=not asking,
    )
    # The stubs type one overload per service name, and the name is a variable here.
    make = cast("Any", session.client)  # pyright: ignore[reportUnknownMemberType]
    with service_errors("Connect"):
        return cast(
            "BotoClient",
            make(service, region_name=region, endpoint_url=endpoint_url, config=config),
        )
