"""The morning's digest: what is new for a role, as one HTML file that needs nothing but itself."""

from sourcing.digest.news import News, last_digest, news_for, save_shown
from sourcing.digest.page import Section, render
from sourcing.digest.verdicts import verdict_sheet

__all__ = ["News", "Section", "last_digest", "news_for", "render", "save_shown", "verdict_sheet"]
