"""The column order of every table of a siting study."""

from __future__ import annotations

SITE_CANDIDATES = (
    "site_id",
    "name",
    "origin",
    "subdistrict",
    "community",
    "price",
    "lon",
    "lat",
)
"""``price`` in 万元."""
SITE_PEOPLE = ("rank", "site_id", "subdistrict", "group", "gain", "lost_without")
"""``gain``: people whom the site brings within the limit after the sites ranked before it;
``lost_without``: those who would be beyond it if this site alone were left out. A row where both
are 0 is left out."""
SITE_STAGES = (
    "stage",
    "year",
    "new",
    "budget",
    "opened",
    "spent",
    "value",
    "best",
    "best_bound",
    "regret",
    "covered",
    "share",
)
"""``opened``: ids joined by blanks; ``value`` to ``regret`` in the unit of the model; ``covered``
and ``share`` of the main group after the stage."""
STAGE_SHARES = ("stage", "subdistrict", "group", "people", "covered", "share")
SITE_MARGINS = (
    "rank",
    "site_id",
    "lost_without",
    "margin",
    "incoming",
    "outgoing",
    "least_extra_weight",
    "proven",
)
SITE_RIVALS = ("plan", "value", "loss", "sites")
SITE_FREQUENCY = (
    "site_id",
    "planned",
    "rivals",
    "rival_share",
    "stability",
    "stability_near",
)
"""Every site of the plan, of a rival plan or of a variant: whether it is planned, in how many of
the best plans it stands, in what share of the perturbed variants, and in what share of them a
site stands within 300 m of it; empty where not asked."""
WHY_NOT = (
    "site_id",
    "forbidden_by",
    "forbidding",
    "value",
    "loss",
    "idle",
    "pushed_out",
    "joined",
    "way",
    "amount",
    "least",
    "subject",
    "proven",
)
"""One row a way in; one without a way when there is none."""
LAYERED = (
    "rank",
    "site_id",
    "name",
    "subdistrict",
    "community",
    "lon",
    "lat",
    "layer",
    "kind",
    "gain",
    "worth",
    "lost_without",
)
"""``layer``: level or service; ``kind``: ``new`` or ``upgrade``; ``gain``: people of the main
group whom the opening brings within the limit of its own layer after those ranked before it;
``worth`` and ``lost_without``: what it adds to the plan's objective, what is lost without it."""
