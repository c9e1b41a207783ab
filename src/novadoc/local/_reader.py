"""S3 as a job's role may use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from novadoc.local._bedrock import Bedrock
from novadoc.local._data import DataProblem, Location
from novadoc.local._records import Place

__all__ = ["Allowed", "Reader"]

Allowed = Callable[..., bool]
"""Whether a role may do (action, resource), and for a list (prefix)."""


class Reader:
    """Reads S3 with a role's rights.

    Args:
        bedrock: Where S3 is.
        place: Whose buckets.
        allowed: What the role may do.
    """

    def __init__(self, bedrock: Bedrock, place: Place, allowed: Allowed) -> None:
        self._bedrock = bedrock
        self._account = place.account
        self._allowed = allowed

    def fetch(self, location: Location) -> bytes:
        """Return an object.

        Raises:
            DataProblem: The role may not read it, or it is not there.
        """
        uri = f"s3://{location.bucket}/{location.key}"
        if not self._allowed("s3:GetObject", location.arn):
            raise DataProblem(f"The role has no permission for s3:GetObject on {uri}.")
        data = self._bedrock.moto.read(location.bucket, location.key, self._account)
        if data is None:
            raise DataProblem(f"The object {uri} does not exist or cannot be read.")
        return data

    def keys(self, folder: Location) -> Iterator[str]:
        """Yield the keys in a folder, in order.

        Raises:
            DataProblem: The role may not list them.
        """
        if not self._allowed("s3:ListBucket", f"arn:aws:s3:::{folder.bucket}", folder.key):
            uri = f"s3://{folder.bucket}/{folder.key}"
            raise DataProblem(f"The role has no permission for s3:ListBucket on {uri}.")
        yield from self._bedrock.moto.keys(folder.bucket, folder.key, self._account)

    def check_function(self, arn: str) -> None:
        """Check that a Lambda function may be called.

        Raises:
            DataProblem: The role may not.
        """
        if not self._allowed("lambda:InvokeFunction", arn):
            raise DataProblem(f"The role has no permission for lambda:InvokeFunction on {arn}.")

    def check_output(self, folder: Location) -> None:
        """Check that results can be written.

        Raises:
            DataProblem: The role may not write there, or there is no such bucket.
        """
        uri = f"s3://{folder.bucket}/{folder.key}"
        if not self._bedrock.moto.has_bucket(folder.bucket, self._account):
            raise DataProblem(f"The output bucket {folder.bucket} does not exist.")
        if not self._allowed("s3:PutObject", folder.under("x").arn):
            raise DataProblem(f"The role has no permission for s3:PutObject under {uri}.")
