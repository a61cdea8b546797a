"""What the README and the guides beside it say: topics, commands, promises, weights, licence, and in which words."""
