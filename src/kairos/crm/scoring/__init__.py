"""How likely a deal is, learned from the deals that have closed (docs/how-to/scoring.md, docs/adr/025)."""
