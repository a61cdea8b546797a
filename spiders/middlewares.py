"""Manners on the wire: waiting when asked to, and credentials that go to their own host only."""

from __future__ import annotations

import asyncio
import ipaddress
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.internet.error import ConnectionDone, ConnectionLost, ConnectError, TimeoutError as TwistedTimeoutError
from twisted.web.client import ResponseFailed

from spiders.backoff import asked_wait, jittered


class GaveUp(IgnoreRequest):
    """The upstream kept asking us to wait, or asks for longer than we have patience for."""
