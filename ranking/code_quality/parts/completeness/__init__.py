"""What a stranger can do with the README in hand."""
