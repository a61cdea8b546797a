"""What the sample upstream takes for a login."""

# Accepted by the sample upstream and by nobody else. The user's own must never reach it, nor be missed there.
SAMPLE_CREDENTIALS = {
    "GITHUB_TOKEN": "sample-token",
    "OPENREVIEW_USERNAME": "reader@sourcing.example",
    "OPENREVIEW_PASSWORD": "sample",
}
