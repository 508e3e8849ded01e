"""An ASTM analyzer over a socket or a serial line, written against the standard, not against our codec."""

from __future__ import annotations

import os
import select
import socket
import time

STX, ETX, EOT, ENQ, ACK, NAK, ETB = b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x15", b"\x17"


def frame(number: int, text: bytes, *, last: bool = True) -> bytes:
    """Write a frame: number, text, ETX or ETB, checksum of all these, CR LF."""
    body = b"%d" % (number % 8) + text + (ETX if last else ETB)
    return STX + body + b"%02X" % (sum(body) % 256) + b"\r\n"


def records(sample: str = "S1", value: str = "4.1", *, control_id: str = "", code: str = "2823-3") -> list[bytes]:
    """Write one message as records; the test is coded in LOINC, so that the generic driver knows it."""
    return [
        f"H|\\^&|{control_id}||ANALYZER|||||||P|LIS2-A2|20261123080000\r".encode(),
        b"P|1||77||DUPONT^Elise||19700101|F\r",
        f"O|1|{sample}||^^^{code}|R||||||N\r".encode(),
        f"R|1|^^^{code}|{value}|mmol/L|3.5 to 5.1|N||F||||20261123075900\r".encode(),
        b"L|1|N\r",
    ]


class AstmClient:
    """Speaks as an instrument."""

    def __init__(self, port: int = 0, *, device: int = -1, timeout_s: float = 10.0) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout_s) if port else None
        self.handle = self.socket.fileno() if self.socket else device
        self.timeout_s = timeout_s

    def write(self, data: bytes) -> None:
        if self.socket:
            self.socket.sendall(data)
        else:
            os.write(self.handle, data)

    def byte(self) -> bytes:
        """Read one byte. Raises: TimeoutError, ConnectionError."""
        ready, _, _ = select.select([self.handle], [], [], self.timeout_s)
        if not ready:
            raise TimeoutError
        data = self.socket.recv(1) if self.socket else os.read(self.handle, 1)
        if not data:
            raise ConnectionError("closed")
        return data

    def ask(self) -> bytes:
        self.write(ENQ)
        return self.byte()

    def transmit(self, texts: list[bytes]) -> None:
        """Send one transmission, each text a frame; every answer must be ACK."""
        assert self.ask() == ACK
        for number, text in enumerate(texts, start=1):
            self.write(frame(number, text))
            assert self.byte() == ACK
        self.write(EOT)

    def listen(self) -> list[bytes]:
        """Take one transmission of the host; return the texts of its frames."""
        assert self.byte() == ENQ
        self.write(ACK)
        texts = []
        while (first := self.byte()) != EOT:
            assert first == STX
            body = b""
            while not body.endswith(b"\r\n"):
                body += self.byte()
            checked, checksum = body[:-4], body[-4:-2]
            assert b"%02X" % (sum(checked) % 256) == checksum
            texts.append(checked[1:-1])
            self.write(ACK)
        return texts

    def close(self) -> None:
        if self.socket:
            self.socket.close()
            time.sleep(0)
