"""The application: command line, nightly run, arXiv client, identity, exports, reports."""
