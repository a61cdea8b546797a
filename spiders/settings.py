"""Scrapy settings: polite by default. The crawl passes the rest (addresses, delays, contact) at run time."""

from typing import Any

BOT_NAME = "sourcing"
SPIDER_MODULES = ["spiders"]
USER_AGENT = "sourcing/0.1 (no contact set)"

ROBOTSTXT_OBEY = True
COOKIES_ENABLED = False
# No doors into the running process: both of these would execute what is sent to them.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
REFERER_ENABLED = False
AUTOTHROTTLE_ENABLED = False

# One connection per host. Scrapy would otherwise vary the delay between half and one and a half of itself,
# which is less than some hosts ask for.
CONCURRENT_REQUESTS = 8
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 3.0
RANDOMIZE_DOWNLOAD_DELAY = False

DOWNLOAD_TIMEOUT = 90
DOWNLOAD_MAXSIZE = 128 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
REDIRECT_MAX_TIMES = 5
DEPTH_LIMIT = 0

RETRY_ENABLED = False
BACKOFF_TRIES = 6
BACKOFF_FIRST_S = 15.0
BACKOFF_LONGEST_S = 600.0
BACKOFF_PATIENCE_S = 3600.0

DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "spiders.middlewares.PublicHostsMiddleware": 90,
    "spiders.robots.RobotsMiddleware": 100,
    "spiders.middlewares.BackoffMiddleware": 550,
    "spiders.middlewares.CredentialsMiddleware": 950,
}
ITEM_PIPELINES: dict[str, int] = {"spiders.pipelines.StorePipeline": 300}
EXTENSIONS: dict[str, int | None] = {
    "scrapy.extensions.logstats.LogStats": None,
    "spiders.extensions.accounting.Accounting": 100,
}

# Off unless a cache folder is set: what is cached holds names, and must be purged with them.
HTTPCACHE_ENABLED = False
HTTPCACHE_POLICY = "scrapy.extensions.httpcache.RFC2616Policy"

LOG_LEVEL = "ERROR"
DEFAULT_REQUEST_HEADERS: dict[str, Any] = {"Accept": "*/*", "Accept-Language": "en"}
