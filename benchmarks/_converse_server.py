"""A loopback Converse that costs almost nothing: reads the request away, answers after a delay.

    python benchmarks/converse_server.py --port 8765

The path's first segment is the delay in milliseconds, as in http://127.0.0.1:8765/50; the second
may be `tool-NAME` for an answer through a tool. It ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json

ANSWER = {
    "control_number": "A-00412",
    "employee": {
        "ssn": "000-12-3456",
        "name": "Jordan Q. Placeholder",
        "address": "22 Invented Lane Apt 4B, Springfield, IL 62701",
    },
    "employer": {
        "ein": "00-1234567",
        "name": "Example Fabrication LLC",
        "address": "100 Sample Parkway Suite 210, Springfield, IL 62704",
    },
    "earnings": {
        "wages": 84210.55,
        "federal_income_tax": 11873.02,
        "social_security_wages": 90110.55,
        "social_security_tax": 5586.85,
        "medicare_wages": 90110.55,
        "medicare_tax": 1306.6,
        "social_security_tips": None,
        "allocated_tips": None,
    },
    "benefits": {"dependent_care": 2500.0, "nonqualified_plans": None},
    "states": [
        {
            "state": "IL",
            "state_id": "0000-1234",
            "wages": 84210.55,
            "income_tax": 4168.42,
            "local_wages": None,
            "local_income_tax": None,
            "locality": None,
        }
    ],
}


def response(content: dict[str, object], stop_reason: str) -> bytes:
    body = json.dumps(
        {
            "metrics": {"latencyMs": 1},
            "output": {"message": {"role": "assistant", "content": [content]}},
            "stopReason": stop_reason,
            "usage": {"inputTokens": 2310, "outputTokens": 412, "totalTokens": 2722},
        }
    ).encode()
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        f"x-amzn-RequestId: 00000000-0000-4000-8000-000000000000\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


TEXT = response({"text": json.dumps(ANSWER)}, "stop_sequence")


def answer_for(path: list[str]) -> bytes:
    for part in path:
        if part.startswith("tool-"):
            use = {"toolUseId": "tooluse_abcdefghijklmnopqrst", "name": part[5:], "input": ANSWER}
            return response({"toolUse": use}, "tool_use")
    return TEXT


class Connection(asyncio.BufferedProtocol):
    buffer = memoryview(bytearray(1 << 18))  # bodies land here and are dropped

    def __init__(self) -> None:
        self.head = b""
        self.left: int | None = None
        self.delay = 0.0
        self.answer = TEXT

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def get_buffer(self, _: int) -> memoryview:
        return self.buffer

    def buffer_updated(self, count: int) -> None:
        if self.left is None:
            self.head += bytes(self.buffer[:count])
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            self.left = self.length(self.head[:end]) - (len(self.head) - end - 4)
            self.head = b""
        else:
            self.left -= count
        if self.left <= 0:
            self.left = None
            loop = asyncio.get_running_loop()
            loop.call_later(self.delay, self.send, self.answer)

    def length(self, head: bytes) -> int:
        lines = head.decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1].split("/")[1:3]
        self.delay = float(path[0]) / 1000
        self.answer = answer_for(path)
        fields = dict(line.lower().split(": ", 1) for line in lines[1:])
        if "expect" in fields:
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return int(fields["content-length"])

    def send(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)


async def main(port: int, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", port, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.sleep(seconds)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--seconds", type=float, default=3600)
    given = options.parse_args()
    asyncio.run(main(given.port, given.seconds))
