"""Service Quotas, as far as preparing a customization job asks it."""

from __future__ import annotations

import json
from typing import cast

from novadoc.local._facts import ServiceFacts
from novadoc.local._http import HttpRequest
from novadoc.local._rest import Answer, Params
from novadoc.local._unserved import unserved

__all__ = ["service_quota"]

_OPERATIONS = {"GetAWSDefaultServiceQuota", "GetServiceQuota"}
_JSON = {"content-type": "application/x-amz-json-1.1"}


def service_quota(facts: ServiceFacts, request: HttpRequest) -> Answer:
    """Answer the two operations that get one quota; none was ever changed, so none is applied."""
    operation = request.headers.get("x-amz-target", "").rpartition(".")[2]
    if operation not in _OPERATIONS:
        return unserved(request)
    asked = _body(request)
    values = {"L-CB5B847D": facts.custom_models, "L-0406044C": facts.scheduled_jobs}
    code, service = str(asked.get("QuotaCode")), str(asked.get("ServiceCode"))
    value = values.get(code) if service == "bedrock" else None
    if operation != "GetAWSDefaultServiceQuota" or value is None:
        body: Params = {"__type": "NoSuchResourceException", "Message": "No such quota."}
        return Answer(400, dict(_JSON), json.dumps(body).encode())
    quota: Params = {"ServiceCode": service, "QuotaCode": code, "Value": float(value)}
    return Answer(200, dict(_JSON), json.dumps({"Quota": quota}).encode())


def _body(request: HttpRequest) -> Params:
    try:
        body: object = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return cast("Params", body) if isinstance(body, dict) else {}
