"""`make pin-images`: name each container image by its digest, so that nothing else is ever run in its place.

A version (`postgres:16.15`) is a name that its registry can point elsewhere; a digest is the image itself. Digests are
asked of the registries by `docker buildx imagetools`, so this runs where they can be reached; its result is kept.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("docker-compose.yml", "Dockerfile")
_IMAGE = re.compile(
    r"^(?P<before>\s*image: |FROM )(?P<name>[\w./-]+:[\w.-]+)(?P<digest>@sha256:[0-9a-f]{64})?", re.MULTILINE
)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def images(text: str | None = None) -> list[str]:
    """Return the images that a text (left out: every file) names, each once, with its digest where it has one."""
    texts = [(ROOT / name).read_text("utf-8") for name in FILES] if text is None else [text]
    found = (f"{match['name']}{match['digest'] or ''}" for one in texts for match in _IMAGE.finditer(one))
    return [*dict.fromkeys(found)]


def pinned(text: str, digest_of: Callable[[str], str]) -> str:
    """Return a file in which each image has the digest that its version has now.

    Raises:
        ValueError: What was answered is no digest.
    """

    def with_digest(match: re.Match[str]) -> str:
        found = digest_of(match["name"])
        if not DIGEST.fullmatch(found):
            raise ValueError(f"{match['name']}: expected sha256: and 64 hexadecimal digits, found {found!r}")
        return f"{match['before']}{match['name']}@{found}"

    return _IMAGE.sub(with_digest, text)


def ask_registry(image: str) -> str:
    """Return the digest that a registry has for an image's version.

    Raises:
        subprocess.CalledProcessError: It cannot be asked.
    """
    command = ("docker", "buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> int:
    """Pin the images of all files, or of none; return the exit code."""
    files = {ROOT / name: (ROOT / name).read_text("utf-8") for name in FILES}
    try:
        written = {file: pinned(text, ask_registry) for file, text in files.items()}
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or error
        print(f"Nothing was pinned: {str(said).strip()}", file=sys.stderr)
        return 1
    for file, text in written.items():
        file.write_text(text, "utf-8")
    print("\n".join(images()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
