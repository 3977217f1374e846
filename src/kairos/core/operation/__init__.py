"""Looking after a running installation."""
