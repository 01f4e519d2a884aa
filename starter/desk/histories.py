"""Exports the Temporal histories of closed cases as files: a server forgets them one day, an office may not.

One file a run, in the form that the Temporal UI downloads and a replayer reads. The newest run's file is named after
the case, an earlier one's (a case that was continued as new) after case and run.
"""

from pathlib import Path

from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode


async def export_history(client: Client, case_id: str, folder: Path) -> list[Path]:
    """Write the histories of all runs of a case and return the files, the newest run's first.

    Returns:
        Nothing, where the server no longer has any; the files so far, where it has forgotten earlier runs.

    Raises:
        OSError: A file cannot be written.
        RPCError: The server cannot be asked.
    """
    files: list[Path] = []
    run_id: str | None = None
    while files == [] or run_id:
        try:
            history = await client.get_workflow_handle(case_id, run_id=run_id).fetch_history()
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                break
            raise
        files.append(_write(folder / (f"{case_id}.{run_id}.json" if run_id else f"{case_id}.json"), history))
        run_id = _run_before(history)
    return files


def _run_before(history: WorkflowHistory) -> str | None:
    """Return the run that this one continues, if any."""
    return history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id or None


def _write(path: Path, history: WorkflowHistory) -> Path:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(history.to_json(), "utf-8")
    draft.replace(path)
    return path
