"""What an assessment says beside its numbers: what it rests on, what does not count, and why there is no score."""
