"""How e-mail leaves the house: one outbox, one way out, and nothing lost or sent twice unseen (docs/adr/028)."""
