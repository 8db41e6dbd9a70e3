"""Faults travel between processes, as a worker's answer does, and say the same there."""

import pickle

from host import FieldConflict
from plugins.warehouse.faults import Fault, InputError, refuse
from plugins.warehouse.services.changed import ChangedMeanwhileError


def test_an_input_error_arrives_with_its_faults() -> None:
    sent = InputError(Fault("warehouse.error.name_missing", "name"), *refuse("warehouse.error.no_supplier").faults)
    got = pickle.loads(pickle.dumps(sent))
    assert (type(got), got.faults, str(got)) == (InputError, sent.faults, str(sent))


def test_a_conflict_arrives_with_both_values() -> None:
    sent = ChangedMeanwhileError("A-1", [FieldConflict("name", "alt", "neu", "mein")])
    got = pickle.loads(pickle.dumps(sent))
    assert (got.name, got.conflicts, str(got)) == ("A-1", sent.conflicts, str(sent))
