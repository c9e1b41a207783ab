"""Whose request it is: the account and, for keys that IAM or STS gave out, the principal."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from typing import NamedTuple

from novadoc.errors import LocalAWSError
from novadoc.local._http import HttpRequest, Scope
from novadoc.local._moto import Moto

__all__ = ["Caller", "Callers"]

_ACCOUNT = re.compile(r"\d{12}")
_ISSUED = re.compile(r"(AKIA|ASIA|LKIA|LSIA)[A-Z0-9]{12,124}")
_UNKNOWN_TO_MOTO = ":user/moto"


class Caller(NamedTuple):
    """Who asks."""

    account: str
    region: str
    arn: str = ""
    """The IAM principal; empty for dummy keys, which may do everything, as an account's root."""


class Callers:
    """Resolve requests to callers.

    An access key of twelve digits names its account; keys made by IAM or STS belong to their
    principal; any other key is the default account's.

    Raises:
        LocalAWSError: The default account is not twelve digits.
    """

    def __init__(self, moto: Moto, account: str, region: str) -> None:
        if not _ACCOUNT.fullmatch(account):
            raise LocalAWSError(f"An account is twelve digits, not {account!r}.")
        self._moto = moto
        self._account = account
        self._region = region
        self._known: dict[str, tuple[str, str]] = {}
        self._lock = threading.Lock()
        self.accounts: set[str] = {account}
        """All accounts that have asked for something."""

    def of(self, request: HttpRequest) -> Caller:
        """Return the caller of a request."""
        scope = request.scope or Scope("", self._region, "")
        key = scope.access_key
        if _ACCOUNT.fullmatch(key):
            self.remember((key,))
            return Caller(key, scope.region)
        if not _ISSUED.fullmatch(key):
            return Caller(self._account, scope.region)
        account, arn = self._principal(key)
        return Caller(account, scope.region, arn)

    def _principal(self, key: str) -> tuple[str, str]:
        with self._lock:
            if key not in self._known:
                identity = self._moto.sts(key).get_caller_identity()
                unknown = identity["Arn"].endswith(_UNKNOWN_TO_MOTO)
                found = (self._account, "") if unknown else (identity["Account"], identity["Arn"])
                if unknown:
                    return found  # it may be made later
                self._known[key] = found
            return self._known[key]

    def remember(self, accounts: Iterable[str]) -> None:
        """Count accounts among those that have asked."""
        self.accounts |= set(accounts)

    def forget(self) -> None:
        """Forget the principals, after IAM was reset."""
        with self._lock:
            self._known.clear()
