"""`make sbom`: a bill of materials (CycloneDX, JSON) of what is installed, the Temporal server's program included.

The packages are told by cyclonedx-bom, from the environment as it is. To them come the program that `make up` starts,
with its SHA-256 as it lies on the disk, and the Go modules and images that other ways to a server name.
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from embedded import go_modules
from embedded.errors import NoServer
from embedded.obtain import obtain
from embedded.packaged import digest
from embedded.program import ServerProgram
from tools.images import images

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "var" / "sbom.cdx.json"


def packages() -> dict[str, Any]:
    """Return the bill of the packages that are installed in this environment."""
    command = (
        *(
            sys.executable,
            "-m",
            "cyclonedx_py",
            "environment",
            "--output-reproducible",
            "--spec-version",
            "1.6",
            "--no-validate",
        ),
        *("--pyproject", str(ROOT / "pyproject.toml"), "--output-format", "JSON", "--output-file", "-"),
        sys.executable,
    )
    told: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return told


def program_component(program: ServerProgram) -> dict[str, Any]:
    """Return the server's program as a component: its version, how it came here, its digest."""
    return {
        "type": "application",
        "bom-ref": "temporal-server",
        "name": "temporal-server",
        "version": program.version,
        "description": f"The server that `make up` starts, by {program.way}",
        "hashes": [{"alg": "SHA-256", "content": digest(program.server)}],
        "properties": [{"name": "accredit:program", "value": program.server.name}],
    }


def module_components() -> list[dict[str, Any]]:
    """Return the Go modules from which the server is built where no program can be had."""
    return [
        {
            "type": "library",
            "bom-ref": f"go:{module}",
            "name": module.path,
            "version": module.version,
            "purl": f"pkg:golang/{module}",
            "scope": "optional",
            "properties": [{"name": "accredit:go-sum", "value": module.digest}],
        }
        for module in (go_modules.SERVER, go_modules.UI)
    ]


def image_components() -> list[dict[str, Any]]:
    """Return the images that an installation by docker-compose.yml pulls."""
    return [
        {"type": "container", "bom-ref": f"image:{image}", "name": image.partition(":")[0], "version": tag}
        for image in images()
        for tag in [image.partition(":")[2]]
    ]


def bill(program: ServerProgram | None) -> dict[str, Any]:
    """Return the whole bill.

    Args:
        program: The server's program; None where this machine has none.
    """
    whole = packages()
    added = [program_component(program)] if program else []
    whole["components"] = [*whole["components"], *added, *module_components(), *image_components()]
    return whole


async def _program() -> ServerProgram | None:
    try:
        return await obtain()
    except NoServer as none:
        print(f"Without a Temporal server's program: {none.lines[0]}", file=sys.stderr)
        return None


def main() -> None:
    """Write the bill, and say where it is and what it has."""
    whole = bill(asyncio.run(_program()))
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(whole, indent=2) + "\n", "utf-8")
    print(f"{len(whole['components'])} components: {FILE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
