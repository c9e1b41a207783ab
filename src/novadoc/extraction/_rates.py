"""What a model allows in a minute, and how much of it is left."""

from __future__ import annotations

import threading
from dataclasses import KW_ONLY, dataclass

from novadoc.errors import ConfigurationError
from novadoc.types import Clock


@dataclass(frozen=True)
class RateLimits:
    """What a deployment allows in a minute; `None` means unknown or no limit."""

    _: KW_ONLY
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    """Input and output together, as the service counts them."""

    def __post_init__(self) -> None:
        for name in ("requests_per_minute", "tokens_per_minute"):
            limit = getattr(self, name)
            if limit is not None and limit < 1:
                raise ConfigurationError(
                    f"`{name}` is {limit}, and would let no call through.",
                    remedy="Leave it `None` where there is no limit.",
                )


def buckets(rates: RateLimits, clock: Clock) -> tuple[Bucket | None, Bucket | None]:
    """Return what counts requests and tokens; `None` for what has no limit."""
    return Bucket.of(rates.requests_per_minute, clock), Bucket.of(rates.tokens_per_minute, clock)


class Bucket:
    """A minute's worth of units that refills steadily; charges may overdraw it."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._rate = per_minute / 60
        self._size = max(1.0, per_minute / 60)
        self._level = self._size
        self._clock = clock
        self._at = clock.monotonic()
        self._lock = threading.Lock()

    @classmethod
    def of(cls, per_minute: int | None, clock: Clock) -> Bucket | None:
        return None if per_minute is None else cls(per_minute, clock)

    def take(self, units: int) -> float:
        """Take `units`; return the seconds until the bucket is not overdrawn by them."""
        with self._lock:
            self._refill()
            self._level -= units
            return max(0.0, -self._level / self._rate)

    def charge(self, units: int) -> None:
        with self._lock:
            self._refill()
            self._level -= units

    def _refill(self) -> None:
        now = self._clock.monotonic()
        self._level = min(self._size, self._level + (now - self._at) * self._rate)
        self._at = now
