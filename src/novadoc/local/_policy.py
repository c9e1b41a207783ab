"""IAM policy documents: is this action on this resource allowed?

Enough of the language for the policies people write for Bedrock: actions and resources with
wildcards, their Not- forms, service and account principals, and the string, ARN, bool and null
conditions. A condition operator that is not known here is taken as not met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

__all__ = ["Shared", "allows", "matches", "trusts"]


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether a text fits a pattern with `*` and `?`.

    Example:
        >>> matches("arn:aws:s3:::invoices/*", "arn:aws:s3:::invoices/a/b.jpg")
        True
    """
    if ignore_case:
        pattern, text = pattern.lower(), text.lower()
    # Going back to the last star only is enough, and never takes more than the product of lengths.
    at, place, star, mark = 0, 0, -1, 0
    while place < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, mark, at = at, place, at + 1
        elif at < len(pattern) and pattern[at] in {"?", text[place]}:
            at, place = at + 1, place + 1
        elif star >= 0:
            mark += 1
            at, place = star + 1, mark
        else:
            return False
    return not pattern[at:].strip("*")


def _several(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(part) for part in cast("list[object]", value)]
    return [] if value is None else [str(value)]


def _holds(operator: str, wanted: Iterable[str], actual: str | None) -> bool:
    optional = operator.endswith("IfExists")
    name = operator.removesuffix("IfExists").partition(":")[2] or operator.removesuffix("IfExists")
    if name == "Null":
        return any((value.lower() == "true") == (actual is None) for value in wanted)
    negated = "Not" in name
    if actual is None:
        return optional or negated
    plain = name.replace("Not", "")
    if plain in {"StringEquals", "StringEqualsIgnoreCase", "Bool"}:
        fold = plain != "StringEquals"
        found = any((v.lower() == actual.lower()) if fold else v == actual for v in wanted)
    elif plain in {"StringLike", "ArnLike", "ArnEquals"}:
        found = any(matches(value, actual) for value in wanted)
    else:
        return False
    return found != negated


def _conditions_hold(statement: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    keys = {key.lower(): value for key, value in context.items()}
    return all(
        _holds(operator, _several(wanted), keys.get(str(key).lower()))
        for operator, tests in statement.get("Condition", {}).items()
        for key, wanted in tests.items()
    )


def _fits(statement: Mapping[str, Any], member: str, text: str, *, ignore_case: bool) -> bool:
    if f"Not{member}" in statement:
        refused = _several(statement[f"Not{member}"])
        return not any(matches(pattern, text, ignore_case=ignore_case) for pattern in refused)
    wanted = _several(statement.get(member))
    return any(matches(pattern, text, ignore_case=ignore_case) for pattern in wanted)


def _statements(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    statements: Any = document.get("Statement", [])
    return cast("Sequence[Mapping[str, Any]]", statements) if _is_list(statements) else [statements]


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _decide(statements: Iterable[Mapping[str, Any]]) -> bool:
    effects = {str(statement.get("Effect")) for statement in statements}
    return "Allow" in effects and "Deny" not in effects


def allows(
    documents: Iterable[Mapping[str, Any]],
    action: str,
    resource: str,
    context: Mapping[str, str] | None = None,
) -> bool:
    """Whether policies allow an action on a resource; a Deny beats every Allow.

    Example:
        >>> policy = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}
        >>> allows([policy], "s3:GetObject", "arn:aws:s3:::b/k")
        True
    """
    return _decide(_about(documents, action, resource, context or {}))


def _about(
    documents: Iterable[Mapping[str, Any]],
    action: str,
    resource: str,
    context: Mapping[str, str],
) -> Iterator[Mapping[str, Any]]:
    for document in documents:
        for statement in _statements(document):
            if (
                _fits(statement, "Action", action, ignore_case=True)
                and _fits(statement, "Resource", resource, ignore_case=False)
                and _conditions_hold(statement, context)
            ):
                yield statement


class Shared(NamedTuple):
    """A resource's own policy, as seen by a role."""

    document: Mapping[str, Any]
    role_arn: str
    is_own: bool
    """Whether role and resource are of one account: then either policy is enough to allow."""

    def allows(
        self,
        documents: Iterable[Mapping[str, Any]],
        action: str,
        resource: str,
        context: Mapping[str, str],
    ) -> bool:
        """Whether the role's policies and the resource's allow it together."""
        given = {s.get("Effect") for s in _about(documents, action, resource, context)}
        about = _about([self.document], action, resource, context)
        granted = {s.get("Effect") for s in about if self._named(s)}
        if "Deny" in given | granted:
            return False
        sides = ["Allow" in given, "Allow" in granted]
        return any(sides) if self.is_own else all(sides)

    def _named(self, statement: Mapping[str, Any]) -> bool:
        account = self.role_arn.split(":")[4]
        who = {"*", self.role_arn, account, f"arn:aws:iam::{account}:root"}
        if "NotPrincipal" in statement:
            return not who & _principals(statement["NotPrincipal"])
        return bool(who & _principals(statement.get("Principal")))


def _principals(value: object) -> set[str]:
    named = cast("Mapping[str, object]", value).get("AWS") if isinstance(value, dict) else value
    return set(_several(named))


def _names_service(statement: Mapping[str, Any], service: str) -> bool:
    principal = statement.get("Principal")
    if principal == "*":
        return True
    services = _several(principal.get("Service")) if isinstance(principal, dict) else []  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return service in services


def trusts(document: Mapping[str, Any], service: str, context: Mapping[str, str]) -> bool:
    """Whether a trust policy lets a service assume the role in this context.

    Example:
        >>> policy = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        ...     "Principal": {"Service": "bedrock.amazonaws.com"}}]}
        >>> trusts(policy, "bedrock.amazonaws.com", {})
        True
    """
    return _decide(
        statement
        for statement in _statements(document)
        if _fits(statement, "Action", "sts:AssumeRole", ignore_case=True)
        and _names_service(statement, service)
        and _conditions_hold(statement, context)
    )
