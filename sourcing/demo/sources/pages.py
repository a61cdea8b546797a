"""Project pages, homepages and feeds: whatever ``World.pages`` holds, any host, addressed as ``/HOST/PATH``."""

from __future__ import annotations

from sourcing.demo.sources.scene import Scene
from sourcing.demo.wire import NOT_FOUND, Request, Response, as_text


class ProjectPages:
    """Stands in for the open web; a page is found by its address without the scheme."""

    key = "project_pages"
    path = ""
    robots = "User-agent: *\nDisallow: /private.example/\n"

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def respond(self, request: Request) -> Response:
        """The page, or 404."""
        page = self.scene.world.pages.get("/".join(request.parts))
        if page is None:
            return NOT_FOUND
        kind = "application/atom+xml" if request.path.endswith(".xml") else "text/html"
        return as_text(page, content_type=f"{kind}; charset=utf-8")
