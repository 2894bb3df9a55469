"""From inputs to the whole answer; pure, and reads like the method section of a paper."""

from __future__ import annotations

from geoplan.pipeline.exploring import WhatIf, WhatIfSession, changed_inputs, start_session
from geoplan.pipeline.ground import Ground, lay_ground, plan_settings
from geoplan.pipeline.layers import refuse_unkept, site_levels_of, site_services_of
from geoplan.pipeline.plan import Progress, plan
from geoplan.pipeline.publication import Audience
from geoplan.pipeline.site_study import study_sites

__all__ = [
    "Audience",
    "Ground",
    "Progress",
    "WhatIf",
    "WhatIfSession",
    "changed_inputs",
    "lay_ground",
    "plan",
    "plan_settings",
    "refuse_unkept",
    "site_levels_of",
    "site_services_of",
    "start_session",
    "study_sites",
]
