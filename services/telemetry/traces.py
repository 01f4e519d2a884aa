"""Traces of what a worker does, by the SDK's own OpenTelemetry plugin; off unless the environment names a collector.

One line turns them on, OpenTelemetry's own: `OTEL_EXPORTER_OTLP_ENDPOINT=http://collector.example.org:4318`. They say
which case had what done when and how long it took, by ids and names of messages; never what anybody sent. What failed
is in them as the Temporal UI has it. A replay sends nothing again.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from temporalio.plugin import SimplePlugin

from services.errors import InputFault, Unusable

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

VARIABLES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
SERVICE = "accredit-worker"
FLUSH_WITHIN = 5.0
"""Seconds that the end of a worker waits for a collector to take the last spans."""


@asynccontextmanager
async def traced(exporter: "SpanExporter | None" = None) -> AsyncIterator[list[SimplePlugin]]:
    """Give the plugin that traces for as long as a block lasts; none where no collector is named.

    Args:
        exporter: Where spans go; left out: by OTLP to the collector that the environment names.

    Raises:
        Unusable: A collector is named, and the extra `traces` is not installed.
    """
    named = next((name for name in VARIABLES if os.environ.get(name)), None)
    if exporter is None and named is None:
        yield []
        return
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from temporalio.contrib.opentelemetry import OpenTelemetryPlugin, create_tracer_provider
    except ImportError:
        expected = "the extra for traces: pip install 'accredit[traces]'"
        raise Unusable([InputFault(named or SERVICE, "", "no package that sends traces", expected)]) from None
    provider = create_tracer_provider(resource=Resource.create({"service.name": SERVICE}))
    provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    try:
        yield [OpenTelemetryPlugin(add_temporal_spans=True)]
    finally:
        await asyncio.to_thread(provider.force_flush, int(FLUSH_WITHIN * 1000))
