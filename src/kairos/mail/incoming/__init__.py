"""What comes in: read without ever failing, kept whole, and taken by whoever knows what it is about."""
