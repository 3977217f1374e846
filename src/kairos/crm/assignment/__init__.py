"""Who gets what comes in: to teams by their conditions, to people by turn, each turn with its reason.

`seats` says who sits in a team and what each may take, `turns` whose turn it is, `planning` puts both together without
writing anything, `looking_back` does so for the past. `crm.actions.assignment` writes.
"""
