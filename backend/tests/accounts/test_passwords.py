"""Password hashes: bcrypt at cost 12, and never a silent cut."""

from backend.accounts.passwords import hash_password, missing_rules, password_matches


def test_hashes_are_bcrypt_of_cost_12_and_salted() -> None:
    one, other = hash_password("Correct-horse-1"), hash_password("Correct-horse-1")
    assert one.startswith("$2b$12$")
    assert one != other
    assert password_matches("Correct-horse-1", one)
    assert not password_matches("correct-horse-1", one)


def test_nobodys_password_matches_nothing() -> None:
    assert not password_matches("Correct-horse-1", None)


def test_a_password_that_bcrypt_would_cut_matches_nothing() -> None:
    stored = hash_password("Aa1!" * 18)
    assert missing_rules("Aa1!" * 18) == []
    assert password_matches("Aa1!" * 18, stored)
    assert not password_matches("Aa1!" * 18 + "x", stored)
