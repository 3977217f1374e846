"""Spreadsheets in: what columns mean, rows as drafts of records, tried first and then written in one change set.

`mapping` is the form that says what a file means, `guessing` makes a first one, `engine.Importer` goes through the
rows. `direct.import_file` does all of it at once; on the screens `core.actions.imports` leads through the steps.
"""
