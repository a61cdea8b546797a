"""The rights of the people in the list: to see what is kept, and to be forgotten for good."""
