"""`accredit codec`: the keys of encrypted histories, and the server that decodes them for the Temporal UI."""

import asyncio
import time
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import WorkflowHistory

from embedded.process import is_free
from policy.office import Security
from policy.words import instant_in_words
from services.connect import DEFAULT_UI, connect
from services.errors import InputFault, Unusable
from services.input.files import HISTORY_LIMIT, read_text
from services.opening import read_opening
from services.paths import local_server
from services.security.codec import codec_of
from services.security.codec_server import HOST, PATH, CodecServer, codec_server
from services.security.history_keys import HistoryKeyRing, new_key, sign_in_secret
from services.security.payloads import decoded_history
from services.security.sign_in import SignIn
from services.security.usage import Usage, keys_in_use
from starter.terminal.arguments import AsJson
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table, under_way

PORT = 8234
"""Where `accredit up` has the codec server, beside its UI; another one where it is taken."""
LONGEST_WAIT = 3600.0
app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")


@app.callback()
def about_app() -> None:
    """Encrypted histories: their keys, and the codec server by which the Temporal UI shows them."""


def decoding(security: Security, namespaces: Collection[str]) -> AbstractContextManager[CodecServer | None]:
    """Run a codec server for as long as a block lasts; none where nothing is, or was, encrypted.

    Args:
        security: The office's settings.
        namespaces: The namespaces whose cases it decodes.
    """
    if not security.encrypt and not HistoryKeyRing(Path(security.history_keys)).all():
        return nullcontext()
    return codec_server(security, namespaces, port=PORT if is_free(PORT) else 0)


@app.command("new-key")
def make_key(
    ctx: typer.Context,
    begins: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="Encrypt with it from then on; left out: from now on."),
    ] = None,
) -> None:
    """Make a key, for its owner alone (0600). From its instant on it encrypts; the older ones go on decrypting.

    Every worker and every machine that runs commands needs the same keys. Where there are several machines, make the
    key with a date that is to come and carry it to all of them before.

    For example:

        accredit codec new-key
        accredit codec new-key --from 2026-12-01
    """
    office = office_of(ctx, amounts=False)
    folder, now = Path(office.security.history_keys), datetime.now(UTC)
    begins_at = read_opening(begins, office.zone) if begins else now
    try:
        key_id = new_key(folder, begins_at)
    except OSError as error:
        found = f"{error.filename or folder}: {error.strerror or error}"
        raise Unusable([InputFault("[security] history_keys", "", found, "a folder that can be written")]) from None
    say(f"Made the key {key_id} in {folder}.", style="green")
    if begins_at > now:
        say(f"It encrypts from {instant_in_words(begins_at, office.zone)} on. Carry it to every machine before.")
    if not office.security.encrypt:
        say("Nothing is encrypted yet: write `encrypt = true` under [security] in office.toml.")
    say("Back it up apart from the server's database: without it nobody reads what it has encrypted.")


@app.command("list")
def list_keys(
    ctx: typer.Context,
    used: Annotated[bool, typer.Option("--used", help="Ask the server how many cases each key has encrypted.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the keys, the one that begins last first; with `--used`, in how many histories each is needed.

    A key that no history on the server needs may still be needed by what `accredit reconcile` has exported.

    For example:

        accredit codec list
        accredit codec list --used
    """
    office = office_of(ctx, amounts=False)
    folder = Path(office.security.history_keys)
    keys, now = HistoryKeyRing(folder).all(), datetime.now(UTC)
    encrypting = next((key.id for key in keys if key.begins <= now), "") if office.security.encrypt else ""
    usage = asyncio.run(_usage(office.security)) if used else None
    missing = [] if usage is None else sorted(set(usage.cases) - {key.id for key in keys} - {""})
    rows = [
        (key.id, "encrypts" if key.id == encrypting else "to come" if key.begins > now else "decrypts") for key in keys
    ]
    rows += [(key_id, "MISSING") for key_id in missing]
    if as_json:
        counts = {} if usage is None else {"plain": usage.cases.get("", 0)}
        listed = [
            {"key": key_id, "use": use} | ({} if usage is None else {"cases": usage.cases.get(key_id, 0)})
            for key_id, use in rows
        ]
        show_json({"folder": str(folder), "encrypt": office.security.encrypt, "keys": listed, **counts})
        return
    if not rows:
        say(f"There is no key in {folder}. `accredit codec new-key` makes one.")
    elif usage is None:
        show_table(["Key", "Use"], rows)
    else:
        show_table(["Key", "Use", "Cases"], [(*row, str(usage.cases.get(row[0], 0))) for row in rows], right=["Cases"])
        say(f"{usage.cases.get('', 0)} of {usage.asked} case(s) hold something that is not encrypted.")
    if not office.security.encrypt:
        say("Nothing is encrypted from now on ([security] encrypt is off).")


async def _usage(security: Security) -> Usage:
    with under_way("Looking into the histories of all cases"):
        return await keys_in_use(await connect(security=security))


@app.command("sign-in")
def sign_in(
    ctx: typer.Context,
    at: Annotated[
        str | None, typer.Option("--at", metavar="URL", help="The codec server (else that of `make up` here).")
    ] = None,
) -> None:
    """Print a link that lets a browser read histories in the UI for twelve hours: once, within ten minutes.

    For example:

        accredit codec sign-in
        accredit codec sign-in --at https://temporal.example.org
    """
    security = office_of(ctx, amounts=False).security
    here = local_server()
    endpoint = f"{at.rstrip('/')}{PATH}" if at else here.codec if here else None
    if endpoint is None:
        found, expected = "no codec server that runs here", "`make up` with encryption on, or its address by --at"
        raise Unusable([InputFault("--at", "", found, expected)])
    codec = CodecServer(endpoint.removesuffix(PATH), SignIn(sign_in_secret(Path(security.history_keys))), {})
    say(codec.link())


@app.command("serve")
def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(metavar="PORT", help="The port; 0: a free one.")] = PORT,
    host: Annotated[str, typer.Option(metavar="HOST", help="The address that it listens on.")] = HOST,
    at: Annotated[
        str | None, typer.Option("--at", metavar="URL", help="Where browsers reach it, if a proxy stands before it.")
    ] = None,
    ui: Annotated[list[str] | None, typer.Option(metavar="URL", help="The UI that may ask; may be repeated.")] = None,
    namespace: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A namespace that it decodes; may be repeated.")
    ] = None,
) -> None:
    """Decode histories for the Temporal UI, until Ctrl-C. `accredit up` does so by itself.

    For example:

        accredit codec serve --ui http://127.0.0.1:8080
        accredit codec serve --at https://temporal.example.org --ui https://temporal.example.org
    """
    security = office_of(ctx, amounts=False).security
    with codec_server(security, namespace or ["default"], host=host, port=port, at=at) as codec:
        codec.let_in(*(ui or [DEFAULT_UI.replace("localhost", "127.0.0.1")]))
        say(f"Codec endpoint of the UI: {codec.endpoint}")
        say(f"Pages that may ask: {', '.join(sorted(codec.origins))}")
        say(f"To sign in, once, within ten minutes: {codec.link()}")
        try:
            while True:
                time.sleep(LONGEST_WAIT)
        except KeyboardInterrupt:
            note("Stopped.")


@app.command("decode")
def decode(
    ctx: typer.Context,
    history: Annotated[Path, typer.Argument(metavar="FILE", help="A history, as `accredit reconcile` exports it.")],
    namespace: Annotated[str, typer.Option(metavar="NAME", help="The namespace that it comes from.")] = "default",
) -> None:
    """Print an exported history with everything readable in it.

    For example:

        accredit codec decode var/histories/accreditation.OH-0417.ct.CT-1.1.json
    """
    security = office_of(ctx, amounts=False).security
    expected = "a history as `accredit reconcile` exports it"
    try:
        found = WorkflowHistory.from_json(
            history.name.removesuffix(".json"), read_text(history, HISTORY_LIMIT, expected)
        )
    except Unusable:
        raise
    except Exception:  # of the many kinds that JSON and protobuf raise
        raise Unusable([InputFault(str(history), "", "something else", expected)]) from None
    codec = codec_of(security.model_copy(update={"encrypt": False}), namespace)
    typer.echo(decoded_history(found, codec).to_json())
