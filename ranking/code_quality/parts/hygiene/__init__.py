"""What a careful reader stumbles over."""
