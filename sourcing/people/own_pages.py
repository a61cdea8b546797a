"""Sources of pages that people keep about themselves, most trusted first.

What a recruiter's contacts say of themselves stays with them, and lists made by others prove nothing.
"""

from __future__ import annotations

# As their parsers write them into records.
OWN_PAGES = ("orcid", "openreview", "homepages")
