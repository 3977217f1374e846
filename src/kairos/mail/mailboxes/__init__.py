"""Reading mailboxes: what lies on a server is taken in, and a page says truly how far."""
