"""How many open cases a version has carried on last."""

from temporalio.client import Client

from services.queries import ANSWER_WITHIN

CARRIED_BY = "TemporalWorkerDeploymentVersion"


async def cases_of_version(client: Client, deployment: str, build_id: str) -> int:
    """Count the open cases whose newest task was taken by a version; a case at rest keeps the version that it had.

    Raises:
        RPCError: The server does not answer.
    """
    query = f'ExecutionStatus = "Running" AND {CARRIED_BY} = "{deployment}:{build_id}"'
    return (await client.count_workflows(query, rpc_timeout=ANSWER_WITHIN)).count
