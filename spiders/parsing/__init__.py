"""Pure parsers: the bytes that one source answers with, turned into records."""
