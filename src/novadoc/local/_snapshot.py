"""Buckets, objects, roles and policies in a folder, because moto forgets them with its process.

Not kept: users and their keys, versions of objects, and settings of buckets beyond `_settings`.

Objects lie once each under the hash of their bytes; an index says what is where, and is replaced in
one step, so a kill at any moment leaves the previous state or the new one.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from novadoc.errors import LocalAWSError
from novadoc.local._moto import Moto
from novadoc.local._settings import read_settings, write_settings

__all__ = ["Snapshot"]

_FORMAT = 1
_HOME = "us-east-1"


class Snapshot:
    """S3 and IAM of some accounts, kept in a folder.

    Args:
        moto: Where they live.
        folder: Where they are kept.
    """

    def __init__(self, moto: Moto, folder: Path) -> None:
        self._moto = moto
        self._objects = folder / "objects"
        self._index = folder / "aws.json"
        self._digests: dict[tuple[str, str, str], str] = {}
        """By bucket, key and ETag, so that an unchanged object is not read again."""
        self._lock = threading.Lock()

    def save(self, accounts: Iterable[str]) -> None:
        """Write everything that changed."""
        with self._lock:
            self._objects.mkdir(parents=True, exist_ok=True)
            state: dict[str, Any] = {"format": _FORMAT, "accounts": {}}
            for account in sorted(set(accounts)):
                state["accounts"][account] = {
                    "buckets": list(self._buckets(account)),
                    "roles": list(self._roles(account)),
                    "policies": list(self._policies(account)),
                }
            fresh = self._index.with_suffix(".new")
            fresh.write_text(json.dumps(state, indent=1, sort_keys=True))
            fresh.replace(self._index)
            self._sweep(state)

    def _sweep(self, state: dict[str, Any]) -> None:
        used = {
            entry["sha256"]
            for account in state["accounts"].values()
            for bucket in account["buckets"]
            for entry in bucket["objects"]
        }
        for path in self._objects.iterdir():
            if path.name not in used:
                path.unlink()

    def _buckets(self, account: str) -> Iterator[dict[str, Any]]:
        s3 = self._moto.s3(account)
        for bucket in s3.list_buckets()["Buckets"]:
            name = bucket["Name"]
            region = s3.get_bucket_location(Bucket=name)["LocationConstraint"] or _HOME
            yield {
                "name": name,
                "region": region,
                "settings": read_settings(self._moto, s3, name),
                "objects": list(self._entries(s3, name)),
            }

    def _entries(self, s3: Any, bucket: str) -> Iterator[dict[str, Any]]:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", ()):
                key = entry["Key"]
                head = s3.head_object(Bucket=bucket, Key=key)
                yield {
                    "key": key,
                    "sha256": self._keep(s3, bucket, key, entry["ETag"]),
                    "type": head.get("ContentType", ""),
                    "metadata": head.get("Metadata", {}),
                }

    def _keep(self, s3: Any, bucket: str, key: str, etag: str) -> str:
        known = self._digests.get((bucket, key, etag))
        if known is not None and (self._objects / known).exists():
            return known
        data: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        digest = hashlib.sha256(data).hexdigest()
        path = self._objects / digest
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.write_bytes(data)
            fresh.replace(path)
        self._digests[bucket, key, etag] = digest
        return digest

    def _roles(self, account: str) -> Iterator[dict[str, Any]]:
        iam = self._moto.iam(account)
        for page in iam.get_paginator("list_roles").paginate():
            for role in page["Roles"]:
                name = role["RoleName"]
                inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
                attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
                yield {
                    "name": name,
                    "path": role["Path"],
                    "trust": role["AssumeRolePolicyDocument"],
                    "tags": iam.list_role_tags(RoleName=name).get("Tags", []),
                    "inline": {
                        policy: iam.get_role_policy(RoleName=name, PolicyName=policy)[
                            "PolicyDocument"
                        ]
                        for policy in inline
                    },
                    "attached": [policy["PolicyArn"] for policy in attached],
                }

    def _policies(self, account: str) -> Iterator[dict[str, Any]]:
        iam = self._moto.iam(account)
        for page in iam.get_paginator("list_policies").paginate(Scope="Local"):
            for policy in page["Policies"]:
                version = iam.get_policy_version(
                    PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"]
                )
                yield {
                    "name": policy["PolicyName"],
                    "path": policy["Path"],
                    "document": version["PolicyVersion"]["Document"],
                }

    def load(self) -> tuple[str, ...]:
        """Put back what was kept; return the accounts there were.

        Raises:
            LocalAWSError: The folder is damaged, or of another version.
        """
        if not self._index.exists():
            return ()
        try:
            state = json.loads(self._index.read_text())
            if state["format"] != _FORMAT:
                raise LocalAWSError(
                    f"{str(self._index)!r} was written by another version of novadoc.",
                    remedy="Give another folder, or remove the file.",
                )
            return self._restore(state["accounts"])
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise LocalAWSError(
                f"{str(self._index)!r} is damaged, or a file beside it is missing.",
                remedy="Remove it to begin anew.",
            ) from error

    def _restore(self, accounts: dict[str, Any]) -> tuple[str, ...]:
        for account, kept in accounts.items():
            self._load_iam(account, kept)
            for bucket in kept["buckets"]:
                self._load_bucket(account, bucket)
        return tuple(accounts)

    def _load_iam(self, account: str, kept: dict[str, Any]) -> None:
        iam = self._moto.iam(account)
        # What another LocalAWS of this process has already made stays as it is.
        there = suppress(iam.exceptions.EntityAlreadyExistsException)
        for policy in kept["policies"]:
            with there:
                iam.create_policy(
                    PolicyName=policy["name"],
                    Path=policy["path"],
                    PolicyDocument=json.dumps(policy["document"]),
                )
        for role in kept["roles"]:
            name = role["name"]
            with there:
                iam.create_role(
                    RoleName=name,
                    Path=role["path"],
                    AssumeRolePolicyDocument=json.dumps(role["trust"]),
                    Tags=role["tags"],
                )
            for policy, document in role["inline"].items():
                iam.put_role_policy(
                    RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document)
                )
            for arn in role["attached"]:
                iam.attach_role_policy(RoleName=name, PolicyArn=arn)

    def _load_bucket(self, account: str, bucket: dict[str, Any]) -> None:
        s3 = self._moto.s3(account)
        where: dict[str, Any] = {}
        if bucket["region"] != _HOME:
            where["CreateBucketConfiguration"] = {"LocationConstraint": bucket["region"]}
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):  # as with roles, above
            s3.create_bucket(Bucket=bucket["name"], **where)
        for entry in bucket["objects"]:
            kind = {"ContentType": entry["type"]} if entry["type"] else {}
            s3.put_object(
                Bucket=bucket["name"],
                Key=entry["key"],
                Body=(self._objects / entry["sha256"]).read_bytes(),
                Metadata=entry["metadata"],
                **kind,
            )
        write_settings(s3, bucket["name"], bucket.get("settings", {}))
