"""The linter: a file or table, what goes with it, and the rules → findings in every format.

One module a kind reads what its checks look at; ``kinds`` lists them, ``lint`` runs them.
"""
