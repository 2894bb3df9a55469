"""What a change would do: a quick answer for the main service and walker, and whole changed inputs.

The quick answer searches again only what the change can have touched (``stages.whatif``) and
counts with the stages of a run, on the inputs that ``changed_inputs`` gives: so its tables are the
rows that a full run on these inputs has.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geoplan.config import ProjectFile
from geoplan.model.arrays import Flags, Floats, Ints, Texts
from geoplan.model.changes import Changes, Move, NewFacility
from geoplan.model.facilities import Facilities
from geoplan.model.network import WalkNetwork
from geoplan.model.results import PlanInputs, PlanSettings, UnitIndex
from geoplan.model.whatif import ReachState
from geoplan.pipeline.ground import plan_settings
from geoplan.stages.coverage import coverage_table
from geoplan.stages.input_changes import facilities_after, gate_rows, new_ids
from geoplan.stages.network import walk_costs
from geoplan.stages.street_changes import gates_opened
from geoplan.stages.unit_rows import Rows, unit_rows
from geoplan.stages.units import locate
from geoplan.stages.whatif import reach_state, with_added, with_moved, with_open_gates, without
from geoplan.stages.winners import changed_walks, coverage_after, winners_table
from geoplan.units import seconds

LEVELS = ("district", "subdistrict")
"""Units that winners and losers are counted by."""


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """What a change does: coverage before and after, winners and losers, walks that changed."""

    changes: Changes
    opened: tuple[str, ...]
    """Ids that the new facilities got, in the order of ``changes.add``."""
    before: pd.DataFrame
    """Columns ``model.schema.COVERAGE``: main service and walker, districts and subdistricts."""
    after: pd.DataFrame
    """The same after the change."""
    people: pd.DataFrame
    """Columns ``model.schema.WINNERS``: people gained and people lost, each counted apart."""
    homes: pd.DataFrame
    """Columns ``model.schema.CHANGED_WALKS``: homes whose nearest facility is nearer or farther."""
    session: WhatIfSession
    """The state after the change: the next change can be tried on it."""


@dataclass(frozen=True, slots=True, eq=False)
class WhatIfSession:
    """Walks of the main service and walker, ready for one change after another.

    Every method leaves the session as it was and returns the change with the session after it.
    """

    inputs: PlanInputs
    settings: PlanSettings
    rows: tuple[Rows, ...]
    """The districts and subdistricts that homes are counted in."""
    units: UnitIndex
    """Units of the homes."""
    reach: ReachState
    """All facilities, up to the longest limit."""
    facility_id: Texts
    """(facilities,) id of each row of ``reach``, which is in no order."""
    nearest_s: Floats
    """(demand,) seconds to the nearest facility of the main service, inf beyond the limit."""
    coverage: pd.DataFrame
    """Columns ``model.schema.COVERAGE``: main service and walker, districts and subdistricts."""

    def add(
        self, lon: float, lat: float, *, kind: str = "", services: tuple[str, ...] = ()
    ) -> WhatIf:
        """Return what a new facility would do; it gives the main service unless told otherwise.

        Raises
        ------
        InputError
            The place is outside the study area and its halo, or the kind or a service unknown.
        """
        return self.change(Changes(add=(NewFacility(lon, lat, kind, services),)))

    def close(self, facility: str) -> WhatIf:
        """Return what it would do to close the facility of an id.

        Raises
        ------
        InputError
            There is no such facility.
        """
        return self.change(Changes(close=(facility,)))

    def move(self, facility: str, lon: float, lat: float) -> WhatIf:
        """Return what it would do to move the facility of an id.

        Raises
        ------
        InputError
            There is no such facility, or the place is outside the study area and its halo.
        """
        return self.change(Changes(move=(Move(facility, lon, lat),)))

    def open_gate(self, lon: float, lat: float) -> WhatIf:
        """Return what it would do to open the locked gate at (or within 30 m of) a place.

        Raises
        ------
        InputError
            No locked gate stands there.
        """
        return self.change(Changes(open_gates=((lon, lat),)))

    def change(self, changes: Changes) -> WhatIf:
        """Return what several changes would do together.

        Raises
        ------
        InputError, DuplicateIdError
            As ``changed_inputs``.
        """
        demand, minutes = self.inputs.demand, self.settings.minutes
        inputs, reach, ids = _changed(self, changes)
        nearest_s = _nearest_s(reach, inputs.facilities, ids, self.settings.service)
        both_s = (self.nearest_s, nearest_s)
        people = winners_table(self.coverage, self.rows, demand, both_s, minutes)
        coverage = coverage_after(self.coverage, people)
        return WhatIf(
            changes=changes,
            opened=tuple(new_ids(self.facility_id, len(changes.add))),
            before=self.coverage,
            after=coverage,
            people=people,
            homes=changed_walks(demand, inputs.boundaries, self.units, both_s),
            session=replace(
                self,
                inputs=inputs,
                reach=reach,
                facility_id=ids,
                nearest_s=nearest_s,
                coverage=coverage,
            ),
        )


def changed_inputs(inputs: PlanInputs, changes: Changes, *, service: str) -> PlanInputs:
    """Return the inputs as a run would load them from files with the change.

    Parameters
    ----------
    service
        What a new facility gives when it names no service.

    Raises
    ------
    InputError
        An id, a gate, a kind or a service is not known, or a place is outside the study area and
        its halo.
    DuplicateIdError
        Something is changed twice.
    EmptyInputError
        Every facility closes and none opens.
    """
    gates = gate_rows(inputs.network, changes.open_gates)
    network = gates_opened(inputs.network, gates)[0] if gates.size else inputs.network
    return _inputs_after(inputs, changes, network, service)


def start_session(inputs: PlanInputs, project: ProjectFile) -> WhatIfSession:
    """Return a session on the inputs of a project: every home snapped, every facility searched.

    Raises
    ------
    ConfigError
        The main group is not in the demand.
    """
    settings = plan_settings(inputs, project)
    units = locate(inputs.boundaries, inputs.demand.xy)
    walker = project.walkers()[settings.profile]
    reach = reach_state(
        (inputs.network, walk_costs(inputs.network, walker)),
        inputs.facilities.xy,
        inputs.demand.xy,
        limit_s=seconds(max(settings.minutes)),
        snap_m=project.network.snap_m,
    )
    rows = tuple(row for row in unit_rows(inputs.boundaries, units) if row.level in LEVELS)
    nearest_s = _nearest_s(reach, inputs.facilities, inputs.facilities.id, settings.service)
    return WhatIfSession(
        inputs=inputs,
        settings=settings,
        rows=rows,
        units=units,
        reach=reach,
        facility_id=inputs.facilities.id,
        nearest_s=nearest_s,
        coverage=coverage_table(
            rows,
            inputs.demand,
            {(settings.profile, settings.service): nearest_s},
            settings.minutes,
        ),
    )


def _changed(session: WhatIfSession, changes: Changes) -> tuple[PlanInputs, ReachState, Texts]:
    """Return inputs, reach and the id of each row of it after a change; little is searched."""
    gates = gate_rows(session.inputs.network, changes.open_gates)
    opened = with_open_gates(session.reach, gates) if gates.size else session.reach
    inputs = _inputs_after(session.inputs, changes, opened.network, session.settings.service)
    reach, ids = _reach_after(opened, session.facility_id, inputs.facilities, changes)
    return inputs, reach, ids


def _inputs_after(
    inputs: PlanInputs, changes: Changes, network: WalkNetwork, service: str
) -> PlanInputs:
    facilities = facilities_after(inputs.facilities, inputs.area, changes, service=service)
    tried = (*inputs.changes, changes)
    return replace(inputs, facilities=facilities, network=network, changes=tried)


def _reach_after(
    reach: ReachState, ids: Texts, facilities: Facilities, changes: Changes
) -> tuple[ReachState, Texts]:
    """Return the reach to the changed facilities, and the id of each of its rows."""
    if changes.close:
        closed = np.flatnonzero(np.isin(ids, changes.close))
        reach, ids = without(reach, closed), np.delete(ids, closed)
    if changes.move:
        moved = [move.id for move in changes.move]
        places = facilities.xy[_rows_of(facilities.id, moved)]
        reach = with_moved(reach, _rows_of(ids, moved), places)
    fresh = facilities.id[~np.isin(facilities.id, ids)]
    if fresh.size:
        reach = with_added(reach, facilities.xy[_rows_of(facilities.id, fresh.tolist())])
    return reach, np.concatenate([ids, fresh])


def _rows_of(ids: Texts, wanted: list[str]) -> Ints:
    """Return the row of each wanted id."""
    row_of = {code: row for row, code in enumerate(ids.tolist())}
    return np.array([row_of[code] for code in wanted], dtype=np.int64)


def _nearest_s(reach: ReachState, facilities: Facilities, ids: Texts, service: str) -> Floats:
    giving: Flags = facilities.giving(service)[_rows_of(facilities.id, ids.tolist())]
    return reach.nearest_s(giving)
