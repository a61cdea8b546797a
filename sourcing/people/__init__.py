"""What is known about who a person is: profiles attached by identifier, facts read from them with their origin."""
