"""Ids: one shape each, readable over a telephone, and the same bytes always make the same id."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikigit.core import identity

MADE = [
    (identity.edit_id, identity.EDIT_BYTES, identity.is_edit),
    (identity.kit_id, identity.KIT_BYTES, identity.is_kit),
    (identity.contributor_id, identity.CONTRIBUTOR_BYTES, identity.is_contributor),
    (identity.repository_id, identity.REPOSITORY_BYTES, identity.is_repository),
]
Make, Check = Callable[[bytes], str], Callable[[str], bool]


@pytest.mark.parametrize(("make", "size", "check"), MADE)
@given(data=st.data())
def test_an_id_has_its_own_shape_and_keeps_every_bit(make: Make, size: int, check: Check, data: st.DataObject) -> None:
    drawn = data.draw(st.binary(min_size=size, max_size=size))
    made = make(drawn)
    assert [other for _, _, other in MADE if other(made)] == [check]
    value = 0
    for letter in made[2:]:
        value = value * 32 + identity.ALPHABET.index(letter)
    assert value.to_bytes(size) == drawn


@pytest.mark.parametrize(("make", "size", "check"), MADE)
def test_an_id_of_other_length_case_or_alphabet_is_none(make: Make, size: int, check: Check) -> None:
    made = make(bytes(range(1, size + 1)))
    for wrong in ("", made + "0", made[:-1], made.upper(), made[:-1] + "u", made + "\n", " " + made, made[2:]):
        assert not check(wrong), wrong
    with pytest.raises(ValueError, match=f"{size} bytes are needed"):
        make(b"x" * (size - 1))


def test_the_shapes_stand_still() -> None:
    assert identity.edit_id(bytes(range(10))) == "e-000g40r40m30e209"
    assert identity.kit_id(b"\xff" * 5) == "k-zzzzzzzz"
    assert identity.step_id(["e-000g40r40m30e209"]) == "wg:z75w6bywcsxa53ef"


def test_a_step_is_its_edits_in_their_order() -> None:
    one, two = "e-000g40r40m30e209", "e-zzzzzzzzzzzzzzzz"
    steps = {identity.step_id(edits) for edits in ([one], [two], [one, two], [two, one])}
    assert len(steps) == 4
    assert all(map(identity.is_step, steps))
    assert identity.step_id([one, two]) == identity.step_id(iter([one, two]))


def test_a_volunteer_has_one_id_and_is_no_kits_contributor() -> None:
    ada = identity.volunteer_id("Ada")
    assert ada == identity.volunteer_id("Ada") != identity.volunteer_id("ada")
    assert identity.is_volunteer(ada)
    assert identity.is_contributor(ada)
    assert not identity.is_volunteer("c" + ada[1:])
    assert identity.is_contributor("c" + ada[1:])


def test_receipts_are_written_by_kits_hub_and_bridge_alone() -> None:
    assert all(map(identity.is_writer, ("hub", "bridge", "k-x4q2m7aa")))
    assert not any(map(identity.is_writer, ("", "Hub", "kit", "k-", "c-7f3a2b1c", "hub ")))


def test_a_commit_id_is_forty_small_hex_digits() -> None:
    assert identity.is_commit("0a" * 20)
    assert not any(map(identity.is_commit, ("0a" * 19, "0A" * 20, "0a" * 20 + "\n", "٠" * 40)))
