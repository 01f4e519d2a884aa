"""`python -m chaos.place.postbox PORT JOURNAL`: a mail server that keeps what it took, and can be killed.

What it has answered with "250" stands in its journal, one line a letter, on the disk. It takes a letter that it has
already: what a mailbox then does with two of the same Message-ID is the mailbox's.
"""

import asyncio
import json
import os
import sys
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from aiosmtpd.smtp import SMTP as Server

from chaos.place.program import Program
from embedded.process import HOST

LARGEST = 50_000_000


class Journal:
    """Takes letters, and writes each down before it says so."""

    def __init__(self, file: Path) -> None:
        self._out = file.open("ab")

    async def handle_DATA(self, _server: Server, _session: Session, envelope: Envelope) -> str:
        """Take a letter."""
        content = envelope.content
        message = message_from_bytes(content if isinstance(content, bytes) else str(content).encode())
        line = {"id": str(message["Message-ID"]), "to": sorted(envelope.rcpt_tos)}
        self._out.write(f"{json.dumps(line)}\n".encode())
        self._out.flush()
        os.fsync(self._out.fileno())
        return "250 Taken"


async def serve(port: int, journal: Path) -> None:
    """Take letters for ever."""
    handler = Journal(journal)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="mail.example.org", data_size_limit=LARGEST, enable_SMTPUTF8=True), HOST, port
    )
    async with server:
        await server.serve_forever()


class Postbox(Program):
    """That mail server as a program.

    Attributes:
        port: Where it listens.
        journal: What it took.
    """

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__("mail", folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.port, self.journal = port, folder / "journal.jsonl"

    def command(self) -> list[str | Path]:
        """Return what runs this file."""
        return [sys.executable, "-m", "chaos.place.postbox", str(self.port), self.journal]

    def variables(self) -> dict[str, str]:
        """Let Python find the house, wherever the program runs."""
        return {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}

    async def works(self) -> bool:
        """Whether it greets."""
        try:
            reader, writer = await asyncio.open_connection(HOST, self.port)
        except OSError:
            return False
        try:
            return (await reader.readline()).startswith(b"220")
        except OSError:
            return False
        finally:
            writer.close()

    def taken(self) -> list[str]:
        """Return the Message-ID of every letter that it took, in their order, as often as it took it."""
        lines = self.journal.read_text("utf-8").splitlines() if self.journal.exists() else []
        return [json.loads(line)["id"] for line in lines if line.endswith("}")]


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
