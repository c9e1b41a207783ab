"""Fixtures for your own tests: `pytest_plugins = ["novadoc.local.pytest_plugin"]`.

`local_aws` is an empty local AWS for one test; the server behind it starts once a session. Override
`local_aws_engine` for another model than one that answers null at once, and `local_aws_facts` for
other waits.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from novadoc.local._echo import EchoEngine
from novadoc.local._engine import Engine
from novadoc.local._facts import FAST, ServiceFacts
from novadoc.local._server import LocalAWS

__all__ = ["local_aws", "local_aws_engine", "local_aws_facts", "local_aws_server"]


@pytest.fixture(scope="session")
def local_aws_engine() -> Engine:
    """What answers and learns; override it in your conftest."""
    return EchoEngine()


@pytest.fixture(scope="session")
def local_aws_facts() -> ServiceFacts:
    """How the service behaves; override it in your conftest."""
    return FAST


@pytest.fixture(scope="session")
def local_aws_server(local_aws_engine: Engine, local_aws_facts: ServiceFacts) -> Iterator[LocalAWS]:
    """The server of the session, with what earlier tests left in it."""
    with LocalAWS(engine=local_aws_engine, facts=local_aws_facts) as local:
        yield local


@pytest.fixture
def local_aws(local_aws_server: LocalAWS) -> LocalAWS:
    """An empty local AWS."""
    local_aws_server.reset()
    return local_aws_server
