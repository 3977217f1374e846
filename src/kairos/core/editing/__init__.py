"""Looking at one record and changing it: page, fields in place, creation, actions, undo, from its declaration."""
