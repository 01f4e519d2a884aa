"""The one runtime of Temporal's SDK in a process: where its log lines go, and whether it serves figures.

The SDK's core writes its warnings to stdout by itself. There they stand in the middle of what `--json` prints, just
when a server is away. Here they become records of Python's logging, which a command and a worker write to stderr.
"""

import logging
from dataclasses import dataclass
from threading import Lock

from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from services.errors import PortTaken

CORE = "temporalio.core"
"""The logger of the SDK's core."""
LONGEST = 200
"""Characters of what a line of the core says beside its message."""
FILTER = TelemetryFilter(core_level="WARN", other_level="ERROR")


@dataclass
class _Kept:
    """The runtime of this process, once there is one."""

    runtime: Runtime | None = None


_kept, _lock = _Kept(), Lock()


def runtime() -> Runtime:
    """Return the runtime of this process; the first call makes it, without figures."""
    with _lock:
        if _kept.runtime is None:
            _keep(_made(None))
        assert _kept.runtime
        return _kept.runtime


def serve_figures(host: str, port: int) -> Runtime:
    """Make the runtime of this process one that serves figures at `/metrics`; to be called before any client is made.

    Raises:
        PortTaken: Another program listens there.
    """
    with _lock:
        try:
            made = _made(
                PrometheusConfig(
                    bind_address=f"{host}:{port}",
                    unit_suffix=True,
                    counters_total_suffix=True,
                    durations_as_seconds=True,
                )
            )
        except (RuntimeError, ValueError):
            raise PortTaken(port, "port of the figures") from None
        _keep(made)
        return made


def _made(metrics: PrometheusConfig | None) -> Runtime:
    logger = logging.getLogger(CORE)
    if _shortened not in logger.filters:
        logger.addFilter(_shortened)
    forwarding = LogForwardingConfig(
        logger, append_target_to_name=False, prepend_target_on_message=False, append_log_fields_to_message=False
    )
    return Runtime(
        telemetry=TelemetryConfig(logging=LoggingConfig(FILTER, forwarding), metrics=metrics, attach_service_name=False)
    )


def _shortened(record: logging.LogRecord) -> bool:
    """Have a line say what the core's record is about, in brief: a failure in it may be pages long."""
    core = getattr(record, "temporal_log", None)
    about = " ".join(f"{name}: {value}" for name, value in core.fields.items()) if core else ""
    if about:
        record.msg = f"{record.msg} ({' '.join(about.split())[:LONGEST]})"
    return True


def _keep(made: Runtime) -> None:
    """Keep it, also for whatever asks the SDK for its own: a replay does."""
    _kept.runtime = made
    Runtime.set_default(made, error_if_already_set=False)
