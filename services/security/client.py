"""A client for scripts: sends messages in the name of a person, signed with a key that the office has made."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from temporalio.client import Client

from policy.office import Documents
from policy.verdict import Verdict
from services.composition import compose, message_named
from services.connect import connect
from services.security.keys import PrivateKey, read_private
from services.security.naming import name_documents
from services.security.signing import signed_by
from services.sending import send_update
from services.settings import load_settings

WITHIN = timedelta(seconds=30)


class SigningClient:
    """Speaks for one facility or practice, or for the office, as its key says."""

    def __init__(self, client: Client, key: PrivateKey, documents: Documents) -> None:
        """Send with a client, signed by a key; `documents`: where the worker looks for the files that messages name."""
        self._client, self._sign, self._documents = client, signed_by(key), documents

    @classmethod
    async def connect(cls, key: str | Path) -> Self:
        """Return a client of the server that is meant (`services.connect`).

        Args:
            key: The file of the private half, as `accredit keys new` left it.

        Raises:
            Unusable: The file is no key.
            Unreachable: The server does not answer.
        """
        held, settings = read_private(Path(key)), load_settings()
        return cls(await connect(security=settings.security), held, settings.documents)

    async def send(
        self, case_id: str, message: str, by: str, *, role: str | None = None, within: timedelta = WITHIN, **fields: Any
    ) -> Verdict:
        """Send a message as an update and return the verdict.

        Args:
            case_id: To which case.
            message: The message's name, for example `view_final_report`.
            by: The name of the person who sends it.
            role: In which role; left out: `facility`, or `acr` where the office alone sends it.
            within: How long to wait for the verdict.
            fields: The fields of the message. A document may be given as its path.

        Raises:
            Unusable: It is not that message.
            Refused: A document cannot be read.
            NotRunning: No such case runs.
            NotReachable: The server, or no worker, answered in time.
        """
        model, speaker = message_named(message), {"name": by} | ({"role": role} if role else {})
        composed = compose(model, {"by": speaker, **fields}, folder=Path.cwd(), user=None)
        name_documents(composed, self._documents)
        return await send_update(self._client, case_id, composed, within, self._sign)
