"""Files a job will have written once it is over: kept aside until then, then put into S3."""

from __future__ import annotations

from novadoc.local._data import Location
from novadoc.local._moto import Moto
from novadoc.local._store import Store

__all__ = ["keep_output", "write_outputs"]


def keep_output(store: Store, arn: str, path: str, data: bytes) -> None:
    """Keep a file for a job's output folder."""
    store.put_artefact(f"{arn}#{path}", data)


def write_outputs(store: Store, moto: Moto, arn: str, uri: str) -> bool:
    """Write what was kept under a job's output URI; `False` when the bucket is gone."""
    folder = Location.parse(uri)
    account = arn.split(":")[4]
    for path, data in store.artefacts(f"{arn}#"):
        location = folder.under(path)
        if not moto.write(location.bucket, location.key, data, account):
            return False
        store.remove_artefact(f"{arn}#{path}")
    return True
