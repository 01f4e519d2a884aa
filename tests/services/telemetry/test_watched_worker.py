"""What a worker tells whoever watches it: figures, which the shipped dashboard and alerts read, and traces."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import pytest
import pytest_asyncio
import yaml
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families
from promql_parser import VectorSelector, parse
from temporalio.client import WorkflowHistory

from embedded.process import free_ports
from embedded.server import EmbeddedServer
from records.books import open_books
from records.tables import Deadline
from services.connect import connect
from services.errors import ExitCode
from services.namespace import prepare_namespace
from services.security.senders import TURNED_AWAY_BY
from services.telemetry.traces import traced
from services.workers import replayer
from tests.applications import sample
from tests.histories.record import history
from tests.records.rows import NOON, a_case
from tests.services.telemetry.collector import a_collector
from tests.worker_process import a_worker, until

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[3]
DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "accredit.json"
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
CASE = "accreditation.OH-0417.ct.CT-1.1"


class Watched(NamedTuple):
    """What a worker told: samples by name, each with its labels; the names of its spans; the case's history."""

    samples: dict[str, list[tuple[dict[str, str], float]]]
    spans: dict[str, dict[str, str]]
    history: WorkflowHistory

    def value(self, name: str, **labels: str) -> float:
        """Return the only sample with these labels."""
        (found,) = [value for has, value in self.samples[name] if labels.items() <= has.items()]
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def watched(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    """A worker that somebody watches, which has opened a case beside one of the books that is two days old."""
    folder, namespace = tmp_path_factory.mktemp("watched"), "watched"
    await prepare_namespace(temporal_server.address, namespace)
    client = await connect(temporal_server.address, namespace)
    books, (port,) = f"sqlite:///{folder}/books.db", free_ports(1)
    _with_windows(books)

    async def scraped() -> str:
        def read() -> str:
            with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                return str(answer.read().decode())

        return await asyncio.to_thread(read)

    with a_collector() as collector:
        named: dict[str, Any] = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.address}
        async with a_worker(client, books, folder, "--metrics-port", str(port), **named) as worker:
            await worker.says("works in namespace")
            opening = {"application": sample()}
            case = await client.start_workflow("AccreditationCycle", opening, id=CASE, task_queue="accredit")
            ready = ('accredit_cases{program="accreditation",stage="application"} 1', 'version="current"} 1', "_bucket")
            text = await until(scraped, lambda told: all(part in told for part in ready))
            worker.process.terminate()
            assert await worker.ends() == ExitCode.DONE
        spans = {span.name: {one.key: one.value.string_value for one in span.attributes} for span in collector.spans}
    samples: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            samples.setdefault(one.name, []).append((one.labels, one.value))
    yield Watched(samples, spans, await case.fetch_history())


def _with_windows(address: str) -> None:
    """Make books with a case that met one window and missed two."""
    books = open_books(address)
    with books.writing() as session:
        session.add(a_case("accreditation.OH-0001.ct.CT-1.1", needs_attention=True, stage="testing"))
        session.flush()
        for number, (name, met) in enumerate((("testing_package", True), ("appeal", False), ("appeal", False)), 1):
            row: dict[str, Any] = {
                "case_id": "accreditation.OH-0001.ct.CT-1.1",
                "number": number,
                "name": name,
                "met": met,
            }
            session.add(Deadline(**row, opens_at=NOON, due_at=NOON, over=True))
    books.close()


def test_the_figures_of_the_office_are_those_of_its_books_and_its_server(watched: Watched) -> None:
    assert watched.value("accredit_cases", program="accreditation", stage="application") == 1
    assert watched.value("accredit_cases", program="accreditation", stage="testing") == 1
    assert watched.value("accredit_cases", program="dicoe", stage="survey") == 0
    assert watched.value("accredit_cases_needing_attention") == 1
    assert watched.value("accredit_windows", window="testing_package", end="met") == 1
    assert watched.value("accredit_windows", window="appeal", end="missed") == 2
    assert watched.value("accredit_cases_failing") == 0
    assert watched.value("accredit_workers", version="current") == 1
    assert (watched.value("accredit_books_readable"), watched.value("accredit_server_answers")) == (1, 1)
    assert {labels["rule"] for labels, _ in watched.samples["accredit_messages_turned_away_total"]} == {*TURNED_AWAY_BY}


def test_no_figure_names_a_case_a_facility_or_an_address(watched: Watched) -> None:
    told = {value for samples in watched.samples.values() for labels, _ in samples for value in labels.values()}
    assert [value for value in told if re.search(r"OH-0|@|Sample", value)] == []


def expressions() -> Iterator[tuple[str, str]]:
    """Yield where each expression of dashboard and alerts stands, and the expression."""
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])
    for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]:
        yield from ((rule["alert"], rule["expr"]) for rule in group["rules"])


def selectors(expression: Any) -> Iterator[VectorSelector]:
    """Yield every metric that a parsed expression asks for, with its matchers."""
    if isinstance(expression, VectorSelector):
        yield expression
        return
    for name in ("expr", "lhs", "rhs", "vector_selector", "args"):
        inner = getattr(expression, name, None)
        for one in inner if isinstance(inner, list) else [inner]:
            if one is not None:
                yield from selectors(one)


def test_dashboard_and_alerts_ask_for_nothing_that_a_worker_does_not_tell(watched: Watched) -> None:
    asked = 0
    for where, expression in expressions():
        found = list(selectors(parse(expression)))
        assert found, f"{where}: {expression} asks for nothing"
        for selector in found:
            labels = {matcher.name: matcher.value for matcher in selector.matchers.matchers}
            assert selector.name in watched.samples, f"{where}: no worker tells {selector.name}"
            told = [has for has, _ in watched.samples[selector.name]]
            assert any(labels.items() <= has.items() for has in told), f"{where}: {selector.name} has no {labels}"
            asked += 1
    assert asked >= 25


def test_every_figure_of_the_office_is_looked_at(watched: Watched) -> None:
    asked = {selector.name for _, expression in expressions() for selector in selectors(parse(expression))}
    assert {name for name in watched.samples if name.startswith("accredit_")} - asked == set()


def test_every_alert_says_how_bad_it_is_and_which_part_of_the_runbook_helps() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "runbook.md").read_text("utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    rules = [rule for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"] for rule in group["rules"]]
    assert {rule["labels"]["severity"] for rule in rules} == {"page", "warn"}
    assert {rule["annotations"]["runbook"] for rule in rules} - anchors == set()


def test_traces_tell_which_case_had_what_done_and_nothing_that_was_sent(watched: Watched) -> None:
    assert {"RunActivity:terms_in_force", "RunActivity:issue_invoices"} <= watched.spans.keys()
    assert watched.spans["RunActivity:issue_invoices"]["temporalWorkflowID"] == CASE
    told = json.dumps(watched.spans)
    assert not re.search(r"@|Sample Imaging", told)


async def test_a_life_that_was_traced_replays_without_and_one_that_was_not_replays_with(watched: Watched) -> None:
    await replayer().replay_workflow(watched.history)
    async with traced(InMemorySpanExporter()) as plugins:
        await replayer(plugins=plugins).replay_workflow(history("straight-life"))


async def test_without_a_collector_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    async with traced() as plugins:
        assert plugins == []
