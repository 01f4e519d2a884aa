"""`accredit up`: a Temporal server with its UI and workers on this machine, until Ctrl-C."""

import asyncio
import json
from contextlib import AsyncExitStack, closing
from functools import partial
from pathlib import Path

import typer
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.case_activities import CaseActivities
from activities.mail import mailer_of
from embedded.home import OFFICE_NAMESPACE, home_server
from embedded.process import is_free
from embedded.server import EmbeddedServer
from policy.office import OfficeSettings
from portal.opening import PORT, portal_of
from portal.world import World
from records.books import open_books
from rehearsal.world import furnished
from services.clock import now
from services.connect import case_link, chosen_server, connect
from services.errors import ExitCode, ServiceError
from services.namespace import is_rehearsal, prepare_namespace
from services.paths import BOOKS, DEMO, DEMO_NAMESPACE, LIVES, SERVER
from services.people.letters import address_of_link
from services.people.samples import SignInLink, office_link, sample_links
from services.schedule import housekeeping
from services.security.codec_server import CodecServer
from services.security.senders import senders_of
from services.settings import load_settings
from services.workers import working
from starter.operation.codec import decoding
from starter.operation.stopping import told_to_stop
from starter.terminal.context import named_file, office_of
from starter.terminal.output import note, say

LOOK_EVERY = 1.0
"""Seconds between two looks whether the server still runs."""


def stay_up(ctx: typer.Context) -> None:
    """Start the server, its UI and the workers, and stay until Ctrl-C.

    An office's own cases live in the namespace `default`; what `accredit demo` lived through is in the namespace
    `demo`, at the same addresses as before. The server's data stay under var/temporal.

    For example:

        accredit up
    """
    asyncio.run(_stay_up(named_file(ctx), office_of(ctx)))


async def _stay_up(office: Path | None, settings: OfficeSettings) -> None:
    stop = asyncio.ensure_future(told_to_stop().wait())
    codec_at = decoding(settings.security, (OFFICE_NAMESPACE, DEMO_NAMESPACE))
    async with AsyncExitStack() as workers:
        codec = workers.enter_context(codec_at)
        endpoint = codec.endpoint if codec else None
        server = await workers.enter_async_context(home_server(fast=False, codec=endpoint))
        world = await _work_for_office(workers, server.address, office, settings)
        demo = await _demo_of(server.address)
        if demo:
            await workers.enter_async_context(furnished(demo, settings, DEMO))
        if codec and server.ui_url:
            codec.let_in(server.ui_url)
        _tell(server, codec, world, demo=demo is not None)
        while not stop.done() and server.running:
            await asyncio.wait([stop], timeout=LOOK_EVERY)
        if not stop.done():
            stop.cancel()
            text = f"The Temporal server ended by itself; its log is in {SERVER / 'log'}."
            raise ServiceError([text, "Start it again with `make up`."], {"problem": text}, ExitCode.NOT_REACHABLE)
        note("Stopping: activities that run may finish.")
    note("Stopped. `make up` opens everything again.")


async def _work_for_office(
    workers: AsyncExitStack, address: str, office: Path | None, settings: OfficeSettings
) -> World:
    """Put a worker to work for the office's own cases, and serve its portal; both read the settings again and again."""
    client = await connect(address, OFFICE_NAMESPACE, security=settings.security)
    await prepare_namespace(client, OFFICE_NAMESPACE)
    books = workers.enter_context(closing(open_books(settings.database.url, migrates=True)))
    verified = settings.security.senders == "verified"
    activities = CaseActivities(
        books, partial(load_settings, office), mailer_of(settings.mail), client, announced_only=verified
    )
    senders = senders_of(settings.security)
    # nobody else works on this server: what somebody starts here, in this folder, is meant
    await workers.enter_async_context(working(client, activities=activities, senders=senders, take_back=True))
    keeping = housekeeping(client, books, settings.zone, activities.deliver_waiting, closes=not verified)
    await workers.enter_async_context(keeping)
    port = PORT if is_free(PORT) else 0
    return await workers.enter_async_context(portal_of(partial(load_settings, office), books, client, port=port))


async def _demo_of(address: str) -> Client | None:
    """Return a client of the demonstration, or None where there has been none on these data."""
    client = await connect(address, DEMO_NAMESPACE)
    try:
        return client if (DEMO / BOOKS).exists() and await is_rehearsal(client, DEMO_NAMESPACE) else None
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        return None


def _links(world: World) -> list[SignInLink]:
    """Return links that sign in: with the sample settings two sample people's, else that of whom the office invited."""
    with world.books.writing() as session:
        if world.settings.sample:
            return sample_links(session, now())
        known = office_link(session, now())
    return [known] if known else []


def _demonstrated() -> list[str]:
    """Return the cases of the demonstration, each renewal behind the case that it renews."""
    cases: list[str] = []
    for file in sorted(LIVES.glob("*.json")):
        report = json.loads(file.read_text("utf-8"))
        cases += [case_id for case_id in (report["case"], report["status"].get("renewal")) if case_id]
    return cases


def _tell(server: EmbeddedServer, codec: CodecServer | None, world: World, *, demo: bool) -> None:
    say(f"Portal: {world.public_url}")
    for link in _links(world):
        say(f"  {link.who}: {address_of_link(world.public_url, link.secret)}")
    say("  Each link signs in once, within 15 minutes; `accredit people link EMAIL` prints another.")
    say(f"Temporal server {server.version}: {server.address}")
    say(f"Its UI: {server.ui_url}/namespaces/{OFFICE_NAMESPACE}/workflows")
    say(f"Its program: {server.way}")
    if codec:
        say("Histories are encrypted. To read them in the UI, sign in first (this link works once, for ten minutes):")
        say(f"  {codec.link()}")
    if (chosen := chosen_server()).address != server.address:
        say(f"Commands of this terminal mean another server, {chosen.address}: {chosen.because}.", style="bold yellow")
    say()
    say("In another terminal, in this folder (commands find the server by what is noted here, whatever its port):")
    say("  .venv/bin/accredit check samples/ct-unit.json    what an application lacks and costs")
    say("  .venv/bin/accredit start samples/ct-unit.json    open its case")
    say("  .venv/bin/accredit worklist                      who must act by when")
    say()
    if demo:
        say("The cases of the demonstration:")
        for case_id in _demonstrated():
            say(f"  {case_link(case_id, DEMO_NAMESPACE, server.ui_url)}")
    else:
        say("There is no demonstration yet: `make demo`, while this is stopped, lives some cases through.")
    say("Ctrl-C stops everything; the data stay.")
