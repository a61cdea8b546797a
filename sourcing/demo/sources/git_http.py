"""``https://HOST/OWNER/NAME.git``: git's smart HTTP protocol, reading only, partial clone allowed.

https://git-scm.com/docs/http-protocol. ``git upload-pack`` does the work: ``git http-backend``
would add a CGI layer and is missing from some packages of git.
"""

from __future__ import annotations

import gzip
import os
import subprocess
from pathlib import Path

from sourcing.demo.git_store import TIMEOUT_S, git_environment
from sourcing.demo.sources.scene import Scene
from sourcing.demo.wire import NOT_FOUND, Request, Response

_SERVICE = "git-upload-pack"
_NO_CACHE = {"Cache-Control": "no-cache, max-age=0, must-revalidate", "Pragma": "no-cache"}


class GitHost:
    """The git side of one host. All hosts of the sample world behave as GitHub does."""

    path = ""
    robots = "User-agent: *\nDisallow: /*/*/archive/\nDisallow: /search\n"

    def __init__(self, scene: Scene, *, key: str, host: str) -> None:
        self.scene = scene
        self.key = key
        self.host = host

    def respond(self, request: Request) -> Response:
        """Advertise references, or send a pack."""
        # GitLab has groups within groups, Hugging Face a folder before datasets.
        named = next((at for at, part in enumerate(request.parts, 1) if part.endswith(".git")), 2)
        wanted = list(request.parts[named:])
        if wanted not in (["info", "refs"], [_SERVICE]):
            return NOT_FOUND
        asked = "/".join(request.parts[:named]).removesuffix(".git")
        repository = self.scene.git.find(asked, host=self.host)
        if repository is None or repository.status == "missing":
            # GitHub does not say whether a repository is private or absent: it asks for a password.
            return Response(
                status=401,
                headers={"WWW-Authenticate": 'Basic realm="GitHub"', "Content-Type": "text/plain"},
                body=b"Repository not found.\n",
            )
        if repository.status == "blocked":
            return Response(status=451, body=b"Repository unavailable due to DMCA takedown.\n")
        if repository.full_name.lower() != asked.lower():
            query = f"?{request.raw_query}" if request.raw_query else ""
            where = f"{self.scene.origins[self.key]}/{repository.full_name}.git/{'/'.join(wanted)}{query}"
            return Response(status=301, headers={"Location": where})
        folder = self.scene.git.prepared(repository, self.scene.now)
        if request.method == "POST" and wanted == [_SERVICE]:
            return self._pack(folder, request)
        if request.parameters.get("service") == _SERVICE:
            return self._references(folder, request)
        return Response(status=403, body=b"Please upgrade your git client.\n")

    def _references(self, folder: Path, request: Request) -> Response:
        body = _upload_pack(folder, request, b"", "--http-backend-info-refs")
        if "version=2" not in request.headers.get("git-protocol", ""):
            line = f"# service={_SERVICE}\n"
            body = f"{len(line) + 4:04x}{line}0000".encode() + body
        return Response(
            headers={**_NO_CACHE, "Content-Type": f"application/x-{_SERVICE}-advertisement"}, body=body
        )

    def _pack(self, folder: Path, request: Request) -> Response:
        asked = request.body
        if request.headers.get("content-encoding") in ("gzip", "x-gzip"):
            asked = gzip.decompress(asked)
        body = _upload_pack(folder, request, asked)
        return Response(headers={**_NO_CACHE, "Content-Type": f"application/x-{_SERVICE}-result"}, body=body)


def _upload_pack(folder: Path, request: Request, stdin: bytes, *options: str) -> bytes:
    environment = git_environment()
    if protocol := request.headers.get("git-protocol"):
        environment["GIT_PROTOCOL"] = protocol
    done = subprocess.run(
        ["git", "upload-pack", "--strict", "--stateless-rpc", *options, os.fspath(folder)],
        input=stdin,
        capture_output=True,
        check=False,  # it reports to the client in the protocol itself; a client that stops early is no error
        timeout=TIMEOUT_S,
        env=environment,
    )
    return done.stdout
