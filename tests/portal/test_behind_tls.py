"""A portal behind a real proxy that ends TLS, by the file that is shipped for it: people sign in and act as before."""

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
import pytest_asyncio
import trustme
from playwright.async_api import Browser
from sqlmodel import select

from embedded.process import free_ports
from policy.messages.proofs import OFFICE_ORG
from portal.serving import listen, serving
from portal.visit import SESSION
from records.tables import SignInAttempt
from services.people.attempts import of_network
from services.people.secret import digest_of
from tests.portal.conftest import LivingPortal
from tests.portal.letters import post
from tests.portal.looks import violations
from tests.portal.test_sign_in import a_link, invited

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[2]
HOST, OTHER = "localhost", "127.0.0.2"
"""The host by which browsers know the portal, and another address of this machine that somebody comes from."""
KEPT_TO_THE_HOST = f"__Host-{SESSION}"
"""The name of a session's cookie that no other host can set."""
MAIN = """daemon off; pid {folder}/nginx.pid; error_log stderr; events {{}}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; include {folder}/portal.conf; }}
"""


class Behind(NamedTuple):
    """A portal behind a proxy, and the file of who vouches for the proxy."""

    portal: LivingPortal
    authority: str

    def browser_of(self, secret: str = "", *, comes_from: str = "127.0.0.1") -> httpx.AsyncClient:
        """Return a client that asks through the proxy, which it believes by its certificate alone."""
        transport = httpx.AsyncHTTPTransport(
            verify=ssl.create_default_context(cafile=self.authority), local_address=comes_from
        )
        cookies = {KEPT_TO_THE_HOST: secret} if secret else {}
        return httpx.AsyncClient(base_url=self.portal.address, transport=transport, cookies=cookies, timeout=60)


def shipped(port: int, portal: int, certificate: Path, key: Path) -> str:
    """The file that is shipped, with another host, port and certificate."""
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("server_name accreditation.example.org", f"server_name {HOST}"),
        ("/etc/ssl/certs/accreditation.example.org.pem", str(certificate)),
        ("/etc/ssl/private/accreditation.example.org.key", str(key)),
        ("http://127.0.0.1:8088", f"http://127.0.0.1:{portal}"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def behind(portal: LivingPortal, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Behind]:
    """The portal of the file's office behind nginx."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not on this machine (Debian: apt-get install nginx-light)")
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    issued = authority.issue_cert(HOST)
    issued.cert_chain_pems[0].write_to_path(str(folder / "server.pem"))
    issued.private_key_pem.write_to_path(str(folder / "server.key"))
    (port,) = free_ports(1)
    address = f"https://{HOST}:{port}"
    world = replace(portal.world, public_url=address)
    with listen("127.0.0.1", 0) as listening:
        inner = listening.getsockname()[1]
        (folder / "portal.conf").write_text(shipped(port, inner, folder / "server.pem", folder / "server.key"), "utf-8")
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder), "utf-8")
        async with serving(world, listening):
            proxy = await asyncio.create_subprocess_exec(
                program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"
            )
            try:
                await _until_open(port, proxy)
                yield Behind(LivingPortal(portal.office, world, address), str(folder / "authority.pem"))
            finally:
                proxy.terminate()
                await proxy.wait()


async def _until_open(port: int, proxy: asyncio.subprocess.Process) -> None:
    while proxy.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise AssertionError("nginx ended")


async def test_a_browser_signs_in_and_is_kept_to_encrypted_connections(behind: Behind, chromium: Browser) -> None:
    """By a link, as people do: the form's origin is the proxy's, and so is the cookie's host."""
    context = await chromium.new_context(base_url=behind.portal.address, ignore_https_errors=True)
    page = await context.new_page()
    await page.goto(a_link(behind.portal, invited(behind.portal, "Ann Sample")))
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("heading", name="What we owe").wait_for()
    assert await violations(page) == []
    assert page.url.startswith(f"{behind.portal.address}/")
    (cookie,) = [one for one in await context.cookies() if one["name"] == KEPT_TO_THE_HOST]
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")
    await context.close()


async def test_browsers_are_told_to_use_no_other_connection(behind: Behind) -> None:
    async with behind.browser_of() as browser:
        answer = await browser.get("/")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_a_form_from_another_host_is_refused(behind: Behind) -> None:
    async with behind.browser_of(behind.portal.sign_in(OFFICE_ORG)) as browser:
        refused = await browser.post("/sign-out", headers={"Origin": "https://evil.example.org"})
        assert refused.status_code == 403
        assert (await post(browser, "/sign-out", "/office")).status_code == 303


async def test_links_are_counted_by_the_network_that_the_proxy_names(behind: Behind) -> None:
    """Not as if all browsers came from the proxy; and what a browser says of itself is not heard."""
    async with behind.browser_of(comes_from=OTHER) as browser:
        browser.headers["X-Forwarded-For"] = "192.0.2.7"
        await post(browser, "/sign-in", "/", email="somebody@example.org")
    with behind.portal.world.books.reading() as session:
        counted = {one.about for one in session.exec(select(SignInAttempt))}
    assert digest_of(of_network(OTHER)) in counted
    assert digest_of(of_network("192.0.2.7")) not in counted


async def test_a_form_of_forty_megabytes_comes_through_and_one_of_sixty_does_not(behind: Behind) -> None:
    """Left to itself the proxy would turn away more than one megabyte; what is turned away, the portal never reads."""
    async with behind.browser_of(behind.portal.sign_in(OFFICE_ORG)) as browser:
        sizes = {}
        for megabytes in (40, 60):
            files = {"file": ("a.csv", b"a" * megabytes * 1024 * 1024, "text/csv")}
            sizes[megabytes] = (await browser.post("/office/import", files=files)).status_code
    assert sizes[60] == 413
    assert sizes[40] != 413
