"""Speaking with calendar servers (CalDAV, RFC 4791)."""
