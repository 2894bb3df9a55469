"""The embedded sample district of Tianning: real names and totals on made geometry.

``python -m tools.tianning_sample`` writes the files of ``data/``. What a public source holds is a
fact; every position, street and population below the district is made and marked so.
"""
