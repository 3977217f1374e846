"""Keeping both sides in step: first what the server has to say is taken in, then what it does not know is written."""
