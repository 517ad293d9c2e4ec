"""Messages in a stream of bytes."""

from __future__ import annotations

import io
import os

import pytest

from notelift.lsp.transport import MessageWriter, read_messages


def framed(*bodies: bytes) -> bytes:
    return b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)


@pytest.mark.parametrize(
    "data, bodies",
    [
        (b"", []),
        (framed(b"{}", b"[1]"), [b"{}", b"[1]"]),
        (b"content-length:2\r\nContent-Type: application/json\r\n\r\n{}", [b"{}"]),
        (b"Content-Type: x\r\nContent-Length:  2 \r\n\r\n{}", [b"{}"]),
        (b"Content-Length: 2\n\n{}", [b"{}"]),
        (framed(b""), [b""]),
        (b"Content-Length: 9\r\n\r\n{}", []),
        (b"Content-Length: 2", []),
        (b"Nonsense\r\n\r\n" + framed(b"{}"), [b"{}"]),
        (b"Content-Length: -4\r\n\r\n" + framed(b"{}"), [b"{}"]),
        (b"Content-Length: x\r\n\r\n" + framed(b"{}"), [b"{}"]),
        (framed("é".encode()), ["é".encode()]),
    ],
)
def test_reading(data: bytes, bodies: list[bytes]) -> None:
    assert list(read_messages(io.BytesIO(data))) == bodies


def test_writing() -> None:
    target = io.BytesIO()
    MessageWriter(target).write("é".encode())
    assert target.getvalue() == b"Content-Length: 2\r\n\r\n\xc3\xa9"


def test_nothing_is_written_to_a_client_that_is_gone() -> None:
    target = io.BytesIO()
    writer = MessageWriter(target)
    target.close()
    writer.write(b"{}")
    writer.write(b"{}")
    assert not writer.is_open


def test_a_client_that_goes_away_while_it_is_written_to() -> None:
    reader, end = os.pipe()
    os.close(reader)
    with os.fdopen(end, "wb") as target:
        writer = MessageWriter(target)
        writer.write(b"{}")
        assert not writer.is_open
