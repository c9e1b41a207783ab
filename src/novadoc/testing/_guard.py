"""No test reaches the real AWS by mistake."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from novadoc.errors import ConfigurationError

_LOCK = threading.RLock()


@contextmanager
def forbid_calls() -> Generator[None]:
    """Let boto3 reach nothing but this machine inside the block, in all threads.

    Raises:
        ConfigurationError: In the block, where a call would have left the machine.

    Example:
        >>> with forbid_calls():
        ...     pass  # an extractor on `LocalAWS` works, one on AWS raises
    """
    from botocore.httpsession import URLLib3Session

    session: Any = URLLib3Session
    with _LOCK:
        send = session.send

        def guarded(self: Any, request: Any) -> Any:
            host = urlsplit(str(request.url)).hostname or ""
            if not _is_here(host):
                raise ConfigurationError(
                    f"A call to `{host}` was forbidden by `novadoc.testing.forbid_calls`.",
                    remedy="Give the test a scripted model or the local AWS.",
                )
            return send(self, request)

        session.send = guarded
        try:
            yield
        finally:
            session.send = send


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
